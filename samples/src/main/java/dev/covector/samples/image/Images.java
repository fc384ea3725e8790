package dev.covector.samples.image;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Networks that look at images. */
public final class Images {
    private Images() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(new SoftmaxRegressionSample(), new MlpSample(), new DropoutSample(),
                new MnistInferenceSample(), new EdgeDetectorSample(),
                new LeNet(), new BatchNormLeNet(), new AlexNet(), new Vgg(), new NiN(), new GoogLeNet(),
                new ResNet(), new FineTuningSample());
    }
}
