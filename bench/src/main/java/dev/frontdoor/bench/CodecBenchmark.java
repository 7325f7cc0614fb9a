package dev.frontdoor.bench;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.WorkerRegistration;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Nanoseconds and bytes that one frame costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    /** What the load registers. */
    private static final WorkerRegistration REGISTRATION =
            new WorkerRegistration(
                    List.of("billing", "billing-eu"),
                    "default",
                    null,
                    List.of("charge", "refund", "capture", "settle", "report-daily"),
                    "worker-000017",
                    List.of());

    private final Frame register = new Frame.WorkerRegister(0, REGISTRATION);
    private final byte[] registerBytes = FrameCodec.encode(register);
    private final ByteBuffer direct =
            ByteBuffer.allocateDirect(registerBytes.length).put(registerBytes).flip();
    private final Frame ack = Frame.WorkerRegisterAck.ACCEPTED;
    private final byte[] pingBytes = FrameCodec.encode(new Frame.Ping(0));

    @Benchmark
    public Frame decodeRegister() {
        return FrameCodec.decode(ByteBuffer.wrap(registerBytes));
    }

    @Benchmark
    public Frame decodeRegisterDirect() {
        return FrameCodec.decode(direct.duplicate());
    }

    @Benchmark
    public byte[] encodeRegister() {
        return FrameCodec.encode(register);
    }

    @Benchmark
    public Frame decodePing() {
        return FrameCodec.decode(ByteBuffer.wrap(pingBytes));
    }

    @Benchmark
    public byte[] encodeAck() {
        return FrameCodec.encode(ack);
    }

    /** Runs all of the above, each in processes of its own. */
    static void run(Plan plan, Figures figures) throws Exception {
        var options =
                new OptionsBuilder()
                        .include(CodecBenchmark.class.getName())
                        .forks(plan.size().rounds() > 2 ? 3 : 1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .jvmArgs("-XX:+UseCompactObjectHeaders")
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        for (RunResult result : new Runner(options).run()) {
            String label = result.getPrimaryResult().getLabel();
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    double nanos = iteration.getPrimaryResult().getScore();
                    figures.add(Workload.CODEC, label, "ns", Candidate.SERVICE, nanos);
                }
            }
            double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
            figures.add(Workload.CODEC, label + ", allocated", "B", Candidate.SERVICE, bytes);
        }
    }
}
