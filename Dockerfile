# syntax=docker/dockerfile:1
#
# The image of the worker front door. It needs the jar that `mvn package` builds. This script runs docker or buildah with this
# file, and passes the arguments for the labels:
#   ./build-image.sh worker-front-door
# docs/deploy.md explains both.

# Either may be pinned: name@sha256:DIGEST.
ARG BUILD_BASE=eclipse-temurin:25-jre
ARG RUN_BASE=eclipse-temurin:25-jre

# --- Unpacks the jar, so that files that rarely change have layers of their own. ---
FROM ${BUILD_BASE} AS layers
ARG JAR=target/worker-front-door-*-exec.jar
WORKDIR /layers
COPY ${JAR} /build/application.jar
RUN ["java", "-Djarmode=tools", "-jar", "/build/application.jar", "extract", "--layers", "--destination", "/layers"]

# --- Runs the service. ---
FROM ${RUN_BASE}

WORKDIR /app

# The classes that only the first compiler translates. The JVM does not start without this file.
COPY --chmod=0644 compiler-directives.json ./

# - Half of the memory is heap at most, and a sixteenth at the start. Direct buffers, metaspace, code and stacks share the rest.
# - Left alone, the JVM would take the collector Serial in a small pod, which stops the event loops longer. The cache serves both.
# - Native memory that the compilers needed at the start goes back to the system after some seconds. After a minute without a collection the JVM makes one.
# - With the directives and the thresholds, four to ten times the JVM's own, the optimizing compiler leaves alone what only the start runs often. Each alone does little.
# - Standard output is JSON, so what the JVM itself has to say goes to standard error.
# The operator's jvm/extra.options comes after jvm.options and is empty here.
RUN mkdir -p notifiers jvm config && touch jvm/extra.options && printf '%s\n' \
      -XX:+UseG1GC \
      -XX:+UseCompactObjectHeaders \
      -XX:InitialRAMPercentage=6.25 \
      -XX:MaxRAMPercentage=50 \
      -XX:TrimNativeHeapInterval=5000 \
      -XX:G1PeriodicGCInterval=60000 \
      -XX:+UnlockDiagnosticVMOptions \
      -XX:CompilerDirectivesFile=compiler-directives.json \
      -XX:Tier4InvocationThreshold=20000 \
      -XX:Tier4MinInvocationThreshold=2400 \
      -XX:Tier4CompileThreshold=60000 \
      -XX:Tier4BackEdgeThreshold=400000 \
      -XX:+DisplayVMOutputToStderr \
      -Xlog:disable \
      -Xlog:all=warning:stderr \
      -XX:+ExitOnOutOfMemoryError \
      -XX:-UsePerfData \
      -Dio.netty.leakDetection.level=disabled \
      --enable-native-access=ALL-UNNAMED \
      -Dfile.encoding=UTF-8 \
      > jvm.options

# The dependencies change with their versions, the application with each build.
COPY --from=layers /layers/dependencies/ ./
COPY --from=layers /layers/spring-boot-loader/ ./
COPY --from=layers /layers/snapshot-dependencies/ ./
COPY --from=layers /layers/application/ ./

ENV LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs

# Starts the service once, with both of its ports, lets workers come and go, and stops it. At its end the JVM stores the loaded and linked classes, and what it has
# learned about their methods. The lag of the event loops is not limited, so that no worker is refused on a busy machine. A heap of 32 GB and more has other
# references, so the memory is that of a pod, however large the machine is.
RUN java @jvm.options -XX:MaxRAM=1g -XX:AOTCacheOutput=application.aot -jar application.jar \
      --server.port=0 --management.server.port=0 --frontdoor.limits.max-event-loop-lag=0s > /tmp/training & \
    training=$!; \
    for second in $(seq 120); do grep -q "Started FrontDoorApplication" /tmp/training && break; kill -0 $training || break; sleep 1; done; \
    port=$(sed -n "s/.*the workers. port \([0-9]*\) .*/\1/p" /tmp/training); \
    { [ -n "$port" ] && timeout 600 java -XX:-UsePerfData -cp application.jar dev.frontdoor.training.TrainingWorkers "$port" 8000; } || \
      { tail -n 50 /tmp/training; kill $training; wait $training; exit 1; }; \
    kill $training; wait $training; \
    test -s application.aot || { tail -n 50 /tmp/training; exit 1; }; \
    rm /tmp/training

USER 10001:10001

EXPOSE 8080 8081

# In the mode auto, the JVM ignores a cache that does not fit.
ENTRYPOINT ["java", "-XX:AOTCache=application.aot", "-XX:AOTMode=auto", "@jvm.options", "@jvm/extra.options", "-jar", "application.jar"]

# The labels come last: their arguments differ in each build, and nothing after them is built again.
ARG RUN_BASE
ARG VERSION=""
ARG SOURCE=""
ARG REVISION=""
ARG CREATED=""

LABEL org.opencontainers.image.title="worker-front-door" \
      org.opencontainers.image.description="A service where the workers of an application register by WebSocket" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${RUN_BASE}"
