package dev.covector.benchmarks.contender.loops;

import java.util.Arrays;

/** A convolution of images [batch, height, width, in] by a kernel [size, size, in, out], and its gradients. */
final class ConvolutionLayer {
    final float[] result;
    private final float[] kernel;
    private final float[] kernelGradient;
    private final int batch;
    private final int extent;
    private final int in;
    private final int size;
    private final int padding;
    private final int outExtent;
    private final int out;

    /** Images of {@code extent} by {@code extent} pixels. */
    ConvolutionLayer(float[] kernel, int batch, int extent, int in, int size, int padding) {
        this.kernel = kernel;
        this.batch = batch;
        this.extent = extent;
        this.in = in;
        this.size = size;
        this.padding = padding;
        this.outExtent = extent + 2 * padding - size + 1;
        this.out = kernel.length / (size * size * in);
        this.kernelGradient = new float[kernel.length];
        this.result = new float[batch * outExtent * outExtent * out];
    }

    int outExtent() {
        return outExtent;
    }

    int out() {
        return out;
    }

    /** What is done where a pixel of the input, an element of the kernel and a pixel of the result meet. */
    private interface Meeting {
        void at(int pixel, int place, int resultPixel);
    }

    private void forAll(Meeting meeting) {
        for (int image = 0; image < batch; image++) {
            for (int oy = 0; oy < outExtent; oy++) {
                for (int ox = 0; ox < outExtent; ox++) {
                    int resultPixel = ((image * outExtent + oy) * outExtent + ox) * out;
                    int toY = Math.min(size, extent + padding - oy);
                    int toX = Math.min(size, extent + padding - ox);
                    for (int ky = Math.max(0, padding - oy); ky < toY; ky++) {
                        for (int kx = Math.max(0, padding - ox); kx < toX; kx++) {
                            int pixel =
                                    ((image * extent + oy + ky - padding) * extent + ox + kx - padding) * in;
                            meeting.at(pixel, (ky * size + kx) * in * out, resultPixel);
                        }
                    }
                }
            }
        }
    }

    void forward(float[] x) {
        Arrays.fill(result, 0);
        forAll((pixel, place, resultPixel) -> {
            for (int i = 0; i < in; i++) {
                float value = x[pixel + i];
                int row = place + i * out;
                for (int o = 0; o < out; o++) {
                    result[resultPixel + o] += value * kernel[row + o];
                }
            }
        });
    }

    void backward(float[] x, float[] gradient) {
        Arrays.fill(kernelGradient, 0);
        forAll((pixel, place, resultPixel) -> {
            for (int i = 0; i < in; i++) {
                float value = x[pixel + i];
                int row = place + i * out;
                for (int o = 0; o < out; o++) {
                    kernelGradient[row + o] += value * gradient[resultPixel + o];
                }
            }
        });
    }

    void inputGradient(float[] gradient, float[] inputGradient) {
        Arrays.fill(inputGradient, 0);
        forAll((pixel, place, resultPixel) -> {
            for (int i = 0; i < in; i++) {
                int row = place + i * out;
                float sum = 0;
                for (int o = 0; o < out; o++) {
                    sum += gradient[resultPixel + o] * kernel[row + o];
                }
                inputGradient[pixel + i] += sum;
            }
        });
    }

    void descend(float rate) {
        Matrices.descend(kernel, kernelGradient, rate);
    }
}
