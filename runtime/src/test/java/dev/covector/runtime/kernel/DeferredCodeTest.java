package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Flavour;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DeferredCodeTest {
    private static final Code CODE = (nest, frame, scratch, from, to) -> {};

    private final AtomicInteger made = new AtomicInteger();

    @Test
    void isMadeOnceByAThreadOfItsOwnOrByWhoCannotWait() throws InterruptedException {
        CountDownLatch mayBegin = new CountDownLatch(1);
        Thread asking = Thread.currentThread();
        DeferredCode deferred = new DeferredCode(() -> {
            assertNotEquals(asking, Thread.currentThread(), "who polls goes on");
            await(mayBegin);
            made.incrementAndGet();
            return CODE;
        });
        assertEquals(0, made.get());
        assertNull(deferred.poll());
        assertNull(deferred.poll());
        mayBegin.countDown();
        while (deferred.poll() == null) {
            Thread.sleep(1);
        }
        assertSame(CODE, deferred.poll());
        assertSame(CODE, deferred.get());
        assertEquals(1, made.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatGoesWrongIsThrownToWhoAsksNext() {
        DeferredCode deferred = new DeferredCode(() -> {
            throw new IllegalStateException("no code");
        });
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> {
            while (deferred.poll() == null) {
                Thread.sleep(1);
            }
        });
        assertEquals("no code", thrown.getMessage());
    }

    /** Of the flavours, vector code has it made at once, auto when a nest has taken its time, and scalar code never. */
    @Test
    void onlySessionsInVectorCodeWantItAtOnce() {
        FunctionCode function = new FunctionCode(1, CODE, () -> {
            made.incrementAndGet();
            return CODE;
        });
        assertTrue(function.hasVector());
        function.nests(Flavour.SCALAR);
        function.nests(Flavour.AUTO);
        assertEquals(0, made.get());
        function.nests(Flavour.VECTOR);
        function.nests(Flavour.VECTOR);
        assertEquals(1, made.get());
    }
}
