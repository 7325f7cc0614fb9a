package dev.frontdoor.bench;

import dev.frontdoor.bench.load.Messages;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Nanoseconds and bytes that one frame costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private final Frame register = new Frame.WorkerRegister(0, Messages.registration(17));
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
                        .forks(plan.rounds() > 2 ? 3 : 1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .jvmArgs("-XX:+UseCompactObjectHeaders")
                        .addProfiler(GCProfiler.class)
                        .build();
        for (RunResult result : new Runner(options).run()) {
            String label = result.getPrimaryResult().getLabel();
            var statistics = result.getPrimaryResult().getStatistics();
            for (double value :
                    new double[] {statistics.getMin(), statistics.getMean(), statistics.getMax()}) {
                figures.add(Workload.CODEC, label, "ns", Candidate.SERVICE, value);
            }
            double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
            figures.add(Workload.CODEC, label + ", allocated", "B", Candidate.SERVICE, bytes);
        }
    }
}
