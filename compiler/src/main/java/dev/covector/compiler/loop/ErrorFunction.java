package dev.covector.compiler.loop;

/** The error function, 2/√π ∫₀ˣ e^-t² dt. */
final class ErrorFunction extends Arithmetic {
    /** erf(x) / x - 1 by x² for |x| ≤ 0.93 and ≤ 1. */
    private static final double[] NEAR32 = {0.12837916612625122, -0.37612631916999817, 0.11283677071332932,
        -0.02685859240591526, 0.005199314095079899, -0.0008125135209411383, 8.301202615257353e-05};
    private static final double[] NEAR64 = {0.1283791670955126, -0.37612638903183876, 0.11283791670958783,
        -0.026866170645631897, 0.00522397762924565, -0.0008548327199358272, 0.00012055338161400656,
        -1.4925748180206354e-05, 1.6463247307130268e-06, -1.6372371891698225e-07, 1.4798357234369911e-08,
        -1.1876555591839105e-09, 6.762801638832501e-11};
    /** ln(1 - erf(x)) / x from there to 4 and to 6; the error is weighted by what it means to erf(x). */
    private static final double[] FAR32 = {-1.1285600662231445, -0.6355854272842407, -0.10534267127513885,
        0.02276124246418476, -0.002985720057040453, 7.033092697383836e-05, 4.138591611990705e-05,
        -4.583779173117364e-06};
    private static final double[] FAR64 = {-1.1283792185504404, -0.6366191861079749, -0.10277575318472844,
        0.019139061539542458, 0.000184028358126796, -0.0016515788628374574, 0.0005287282196341591,
        4.1159381802950235e-05, -0.00012335053777819057, 7.147399753388904e-05, -2.7204155440074002e-05,
        7.820709746163764e-06, -1.7671564063988175e-06, 3.165528321665829e-07, -4.4612293200117026e-08,
        4.845147980890173e-09, -3.909868801487624e-10, 2.202950187261676e-11, -7.709462839671973e-13,
        1.2559726687705848e-14};

    ErrorFunction(Arithmetic arithmetic) {
        super(arithmetic);
    }

    Value erf(Value x) {
        Value magnitude = atMost(abs(x), either(4, 6));
        Value near = fma(polynomial(either(NEAR32, NEAR64), mul(magnitude, magnitude)), magnitude, magnitude);
        Value logarithm = mul(polynomial(either(FAR32, FAR64), magnitude), magnitude);
        Value far = sub(real(1), new Exponentials(this).exp(logarithm));
        return withSign(selectLess(magnitude, real(either(0.925, 1)), near, far), x);
    }
}
