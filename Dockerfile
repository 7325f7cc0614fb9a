# syntax=docker/dockerfile:1
#
# The image of the worker front door. It takes the jar that `mvn package` made:
#   docker build -t worker-front-door .
# docs/deploy.md says how to build it without a Docker daemon.

ARG BUILD_BASE=eclipse-temurin:25-jre
ARG RUN_BASE=eclipse-temurin:25-jre

# --- Takes the jar apart: what changes rarely comes into layers of its own. ---
FROM ${BUILD_BASE} AS layers
ARG JAR=target/worker-front-door-*-exec.jar
WORKDIR /layers
COPY ${JAR} /build/application.jar
RUN ["java", "-Djarmode=tools", "-jar", "/build/application.jar", "extract", "--layers", "--destination", "/layers"]

# --- Runs it. ---
FROM ${RUN_BASE}

# The collector is a part of what the AOT cache was made for: choose it here, not when running.
ARG GC=G1
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown

LABEL org.opencontainers.image.title="worker-front-door" \
      org.opencontainers.image.description="The front door through which workers enter an application by WebSocket" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

WORKDIR /app

COPY --from=layers /layers/dependencies/ ./
COPY --from=layers /layers/spring-boot-loader/ ./
COPY --from=layers /layers/snapshot-dependencies/ ./
COPY --from=layers /layers/application/ ./

# jvm.options is for training and running alike. jvm/extra.options is the operator's, read after it, and empty here.
# Half of the memory is heap: direct buffers, metaspace, code and stacks share the rest.
RUN mkdir -p notifiers jvm config && touch jvm/extra.options && printf '%s\n' \
      "-XX:+Use${GC}GC" \
      -XX:+UseCompactObjectHeaders \
      -XX:InitialRAMPercentage=25 \
      -XX:MaxRAMPercentage=50 \
      -XX:+ExitOnOutOfMemoryError \
      -XX:-UsePerfData \
      -Dio.netty.leakDetection.level=disabled \
      --enable-native-access=ALL-UNNAMED \
      -Dfile.encoding=UTF-8 \
      > jvm.options

ENV LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs \
    CLASSPATH=application.jar:notifiers/*

# Starts the service once, up to the point where it would serve, and keeps what was loaded and linked. Its class path must be
# the beginning of every later one, so the folder of notifiers, empty here, stays out of it.
RUN CLASSPATH=application.jar java @jvm.options -XX:AOTCacheOutput=application.aot -Dspring.context.exit=onRefresh \
      dev.frontdoor.FrontDoorApplication

USER 10001:10001

EXPOSE 8080 8081

# A cache that does not fit is passed over, not refused.
ENTRYPOINT ["java", "-XX:AOTCache=application.aot", "-XX:AOTMode=auto", "@jvm.options", "@jvm/extra.options", "dev.frontdoor.FrontDoorApplication"]
