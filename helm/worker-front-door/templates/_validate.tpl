{{/* Refuses invalid values that the schema cannot detect, each with a remedy. */}}
{{- define "worker-front-door.validate" -}}
{{- include "worker-front-door.validate.labels" . -}}
{{- include "worker-front-door.validate.images" . -}}
{{- include "worker-front-door.validate.resources" . -}}
{{- include "worker-front-door.validate.scaling" . -}}
{{- include "worker-front-door.validate.stopping" . -}}
{{- include "worker-front-door.validate.settings" . -}}
{{- include "worker-front-door.validate.auth" . -}}
{{- include "worker-front-door.validate.notifiers" . -}}
{{- include "worker-front-door.validate.routes" . -}}
{{- include "worker-front-door.validate.loadBalancer" . -}}
{{- include "worker-front-door.validate.monitoring" . -}}
{{- end -}}

{{- define "worker-front-door.validate.labels" -}}
{{- $maps := dict
      "commonLabels" .Values.commonLabels
      "podLabels" .Values.podLabels
      "service.labels" .Values.service.labels
      "managementService.labels" .Values.managementService.labels
      "ingress.labels" .Values.ingress.labels
      "httpRoute.labels" .Values.httpRoute.labels
      "serviceMonitor.labels" .Values.serviceMonitor.labels
      "prometheusRule.labels" .Values.prometheusRule.labels
      "dashboard.labels" .Values.dashboard.labels -}}
{{- $own := append (include "worker-front-door.chartLabels" . | fromYaml | keys) "app.kubernetes.io/component" -}}
{{- range $name, $labels := $maps -}}
{{- range $label, $_ := $labels -}}
{{- if has $label $own -}}
{{- fail (printf "%s sets the label %s, which the chart sets itself: Services would lose the pods. Remove it; nameOverride changes the name." $name $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.images" -}}
{{- include "worker-front-door.validate.image" (list . "image" .Values.image .Chart.AppVersion) -}}
{{- if and .Values.tests.enabled .Values.tests.image.repository -}}
{{- include "worker-front-door.validate.image" (list . "tests.image" (merge (dict) .Values.tests.image (dict "pullPolicy" .Values.image.pullPolicy)) "") -}}
{{- end -}}
{{- range .Values.notifiers -}}
{{- with .image -}}{{- include "worker-front-door.validate.image" (list $ "notifiers[].image" . "") -}}{{- end -}}
{{- with .initImage -}}{{- include "worker-front-door.validate.image" (list $ "notifiers[].initImage" . "") -}}{{- end -}}
{{- end -}}
{{- end -}}

{{/* One image: (list $ VALUE IMAGE TAG), with the value's name and the tag that is used if it has none. */}}
{{- define "worker-front-door.validate.image" -}}
{{- $value := index . 1 -}}
{{- $image := index . 2 -}}
{{- $tag := or $image.digest $image.tag (index . 3) -}}
{{- if regexMatch "@|:[^/]*$" $image.repository -}}
{{- fail (printf "%s.repository is %s, which contains a tag or a digest. Put it into %s.tag or %s.digest." $value $image.repository $value $value) -}}
{{- end -}}
{{- if not $tag -}}
{{- fail (printf "%s %s has neither a tag nor a digest: pods that start at different times could get different jars. Set %s.tag or %s.digest." $value $image.repository $value $value) -}}
{{- end -}}
{{- $registry := $image.registry | default (index . 0).Values.global.imageRegistry -}}
{{- if not (or $registry (regexMatch "^(localhost|[^/]*[.:][^/]*)/" $image.repository) (eq ($image.pullPolicy | default "") "Never")) -}}
{{- fail (printf "%s %s has no registry, so Kubernetes would look for it in the public one. Set %s.registry or global.imageRegistry, or %s.pullPolicy: Never for an image that is on every node already." $value $image.repository $value $value) -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.resources" -}}
{{- $heap := regexMatch "-Xmx|-XX:MaxRAM=|-XX:MaxHeapSize=" (join " " .Values.jvm.options) -}}
{{- if not (or $heap (dig "limits" "memory" "" .Values.resources)) -}}
{{- fail "resources.limits.memory is not set: the heap would be half of the node's memory. Set it, or -Xmx in jvm.options." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled .Values.autoscaling.cpuUtilization (not (dig "requests" "cpu" "" .Values.resources)) -}}
{{- fail "autoscaling.cpuUtilization is a share of resources.requests.cpu, which is not set. Set it, or autoscaling.cpuUtilization: 0." -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.scaling" -}}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled -}}
{{- fail "autoscaling.enabled and keda.enabled are both true: KEDA creates its own autoscaler, and two autoscalers conflict on one Deployment. Disable one." -}}
{{- end -}}
{{- range $kind, $scaler := dict "autoscaling" .Values.autoscaling "keda" .Values.keda -}}
{{- if and $scaler.enabled (gt (int $scaler.minReplicas) (int $scaler.maxReplicas)) -}}
{{- fail (printf "%s.minReplicas is %d, which is more than %s.maxReplicas, %d." $kind (int $scaler.minReplicas) $kind (int $scaler.maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.keda.enabled (not .Values.keda.serverAddress) -}}
{{- fail "keda.enabled needs keda.serverAddress: the address of the Prometheus that KEDA is to ask." -}}
{{- end -}}
{{- $least := include "worker-front-door.leastReplicas" . | int -}}
{{- $available := .Values.podDisruptionBudget.minAvailable -}}
{{- if and .Values.podDisruptionBudget.enabled (gt $least 1) (regexMatch "^[0-9]+$" (toString $available)) (ge (int $available) $least) -}}
{{- fail (printf "podDisruptionBudget.minAvailable is %d of at least %d pods: no pod could be evicted, and no node drained. Set it to at most %d." (int $available) $least (sub $least 1)) -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not .Values.autoscaling.connectionsPerPod) (not .Values.autoscaling.cpuUtilization) -}}
{{- fail "autoscaling.enabled needs autoscaling.connectionsPerPod or autoscaling.cpuUtilization to be above 0." -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.stopping" -}}
{{- $needed := include "worker-front-door.neededGraceSeconds" . | int -}}
{{- $grace := include "worker-front-door.graceSeconds" . | int -}}
{{- if lt $grace $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, but a drain needs %d (preStop.sleepSeconds %d + drain.window %s + drain.pushGrace %s + terminationMarginSeconds %d): the pod would be killed with workers still on it. Leave it out to have it computed, or give at least %d." $grace $needed (int .Values.preStop.sleepSeconds) .Values.drain.window .Values.drain.pushGrace (int .Values.terminationMarginSeconds) $needed) -}}
{{- end -}}
{{- $least := include "worker-front-door.leastProgressSeconds" . | int -}}
{{- $progress := include "worker-front-door.progressSeconds" . | int -}}
{{- if le $progress $least -}}
{{- fail (printf "progressDeadlineSeconds is %d, but must be more than %d, the longest that a pod may take to start, plus minReadySeconds and terminationGracePeriodSeconds: a healthy rollout would be called failed." $progress $least) -}}
{{- end -}}
{{- if and (eq (toString .Values.updateStrategy.maxSurge | trimSuffix "%") "0") (eq (toString .Values.updateStrategy.maxUnavailable | trimSuffix "%") "0") -}}
{{- fail "updateStrategy.maxSurge and updateStrategy.maxUnavailable are both 0: no pod could ever be replaced." -}}
{{- end -}}
{{- end -}}

{{/* The dotted names of the leaves of a map, one a line: (list PREFIX MAP). */}}
{{- define "worker-front-door.leaves" -}}
{{- $prefix := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $name := ternary $key (printf "%s.%s" $prefix $key) (eq $prefix "") -}}
{{- if and (kindIs "map" $value) $value -}}
{{- include "worker-front-door.leaves" (list $name $value) -}}
{{- else -}}
{{- $name }}{{ "\n" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A setting's name in Spring's form for comparison: letters and digits only, in lower case. */}}
{{- define "worker-front-door.plainName" -}}
{{- regexReplaceAll "[^a-z0-9]" (lower .) "" -}}
{{- end -}}

{{/* Settings that other values set. Set twice, the chart and the service could disagree. */}}
{{- define "worker-front-door.validate.settings" -}}
{{- $owned := dict
      "frontdoor.drain.window" "drain.window"
      "frontdoor.drain.push-grace" "drain.pushGrace"
      "frontdoor.path" "path"
      "frontdoor.instance" "nothing: it is the pod's name"
      "frontdoor.auth.tokens" "auth.tokens or auth.existingSecret: tokens belong in a Secret"
      "frontdoor.auth.token-files" "auth.tokenSecrets"
      "frontdoor.tcp.port" "tcp.enabled and tcp.port"
      "frontdoor.tcp.client-auth" "tls.clientAuth"
      "server.port" "service.port"
      "server.ssl" "tls"
      "frontdoor.management.auth.view.tokens" "managementAuth.view.tokenSecrets: tokens belong in a Secret"
      "frontdoor.management.auth.view.token-files" "managementAuth.view.tokenSecrets"
      "frontdoor.management.auth.operate.tokens" "managementAuth.operate.tokenSecrets: tokens belong in a Secret"
      "frontdoor.management.auth.operate.token-files" "managementAuth.operate.tokenSecrets"
      "management.server.port" "managementService.port"
      "management.server.ssl" "managementTls" -}}
{{- if .Values.notifiers -}}
{{- $_ := set $owned "frontdoor.notifiers.required" "notifiers[].beans" -}}
{{- end -}}
{{- if .Values.auth.serviceAccounts.enabled -}}
{{- range list "issuer" "jwk-set-uri" "audiences" "ssl-bundle" "jwk-set-token-file" -}}
{{- $_ := set $owned (printf "frontdoor.auth.jwt.%s" .) "auth.serviceAccounts" -}}
{{- end -}}
{{- end -}}
{{- $given := dict -}}
{{- range splitList "\n" (include "worker-front-door.leaves" (list "" .Values.config)) -}}
{{- if . -}}{{- $_ := set $given (printf "config.%s" .) (include "worker-front-door.plainName" .) -}}{{- end -}}
{{- end -}}
{{- range .Values.extraEnv -}}
{{- if has .name (list "CLASSPATH" "LOADER_PATH") -}}
{{- fail (printf "extraEnv sets %s, which the service ignores. Use notifiers, or config.frontdoor.notifiers.path with extraVolumeMounts." .name) -}}
{{- end -}}
{{- $_ := set $given (printf "extraEnv %s" .name) (include "worker-front-door.plainName" .name) -}}
{{- end -}}
{{- range $name, $plain := $given -}}
{{- range $setting, $instead := $owned -}}
{{- if hasPrefix (include "worker-front-door.plainName" $setting) $plain -}}
{{- fail (printf "%s sets %s, which the chart has to know. Use %s." $name $setting $instead) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.auth" -}}
{{- if and .Values.auth.tokens .Values.auth.existingSecret -}}
{{- fail "auth.tokens and auth.existingSecret are both given: the tokens come from one place. Remove one." -}}
{{- end -}}
{{- if and .Values.tls.enabled (not .Values.tls.secretName) (not .Values.tls.certificate.enabled) -}}
{{- fail "tls.enabled needs tls.secretName, or tls.certificate.enabled to have cert-manager make the Secret." -}}
{{- end -}}
{{- if and .Values.managementTls.enabled (not .Values.managementTls.secretName) -}}
{{- fail "managementTls.enabled needs managementTls.secretName." -}}
{{- end -}}
{{- if and .Values.managementTls.clientCa.secretName (not .Values.managementTls.enabled) -}}
{{- fail "managementTls.clientCa.secretName without managementTls.enabled: nobody could show a certificate. Turn managementTls.enabled on." -}}
{{- end -}}
{{- if and .Values.tls.certificate.enabled (not .Values.tls.enabled) -}}
{{- fail "tls.certificate.enabled without tls.enabled: a certificate that nothing would use. Turn tls.enabled on." -}}
{{- end -}}
{{- if and (ne .Values.tls.clientAuth "none") (not .Values.tls.enabled) -}}
{{- fail "tls.clientAuth without tls.enabled: only TLS can ask workers for certificates. Turn tls.enabled on." -}}
{{- end -}}
{{- if and .Values.tls.workerCertificates (not .Values.tls.certificate.issuerRef.name) -}}
{{- fail "tls.workerCertificates needs tls.certificate.issuerRef.name." -}}
{{- end -}}
{{- range .Values.tls.workerCertificates -}}
{{- if not (or .commonName .uris .dnsNames) -}}
{{- fail (printf "tls.workerCertificates has %q without commonName, uris and dnsNames: its certificate would name nobody." .name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.tls.certificate.enabled (or (not .Values.tls.certificate.issuerRef.name) (not .Values.tls.certificate.dnsNames)) -}}
{{- fail "tls.certificate.enabled needs tls.certificate.issuerRef.name and tls.certificate.dnsNames." -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.notifiers" -}}
{{- $names := dict -}}
{{- range $notifier := .Values.notifiers -}}
{{- if hasKey $names $notifier.name -}}
{{- fail (printf "notifiers has two entries named %q: each has a folder of its own, named after it." $notifier.name) -}}
{{- end -}}
{{- $_ := set $names $notifier.name true -}}
{{- $sources := list -}}
{{- range $source := list "image" "initImage" "existingClaim" -}}
{{- if hasKey $notifier $source -}}
{{- $sources = append $sources $source -}}
{{- end -}}
{{- end -}}
{{- if ne (len $sources) 1 -}}
{{- fail (printf "notifier %q must have exactly one of image, initImage and existingClaim; it has %s." $notifier.name (ternary "none" (join " and " $sources) (empty $sources))) -}}
{{- end -}}
{{- if and $notifier.image (semverCompare "<1.33.0-0" $.Capabilities.KubeVersion.Version) -}}
{{- fail (printf "notifier %q comes as an image volume, which Kubernetes %s does not have (1.33 with the ImageVolume feature gate, 1.35 by default). Use initImage." $notifier.name $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.routes" -}}
{{- if .Values.tcp.enabled -}}
{{- if has (int .Values.tcp.port) (list 8080 8081 (int .Values.service.port)) -}}
{{- fail (printf "tcp.port is %d, which another port of the pod or the Service has. Set another tcp.port." (int .Values.tcp.port)) -}}
{{- end -}}
{{- if and .Values.tcp.tls (not .Values.tls.enabled) -}}
{{- fail "tcp.tls needs tls.enabled, whose certificate it uses." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs at least one name in ingress.hosts." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the Gateway that the route is for." -}}
{{- end -}}
{{- $backend := .Values.httpRoute.backendTls -}}
{{- if and .Values.httpRoute.enabled .Values.tls.enabled -}}
{{- if or (not $backend.hostname) (eq (empty $backend.caCertificateRefs) (empty $backend.wellKnownCACertificates)) -}}
{{- fail "httpRoute.enabled and tls.enabled: the Gateway must use TLS to the pods, which takes a BackendTLSPolicy. Set httpRoute.backendTls.hostname, and either httpRoute.backendTls.caCertificateRefs or httpRoute.backendTls.wellKnownCACertificates." -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.service.trafficDistribution "PreferSameNode") (semverCompare "<1.34.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "service.trafficDistribution: PreferSameNode needs Kubernetes 1.34, and this is %s. Use PreferSameZone." .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.loadBalancer" -}}
{{- $limit := include "worker-front-door.drainLimitSeconds" . | int -}}
{{- $grace := include "worker-front-door.graceSeconds" . | int -}}
{{- if and $limit (gt $grace $limit) -}}
{{- fail (printf "a pod may take %d s to stop (terminationGracePeriodSeconds), but the load balancer cuts the connections to a removed pod after %d s at most. Shorten drain.window or drain.pushGrace." $grace $limit) -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled .Values.ingress.enabled (has .Values.ingress.controller (list "alb" "gce")) -}}
{{- $policy := .Values.networkPolicy -}}
{{- range $port, $from := dict "management" $policy.management.from "workers" $policy.workers.from -}}
{{- $blocks := list -}}
{{- range $from -}}{{- if hasKey . "ipBlock" -}}{{- $blocks = append $blocks .ipBlock -}}{{- end -}}{{- end -}}
{{- if and (not $blocks) (or $from (eq $port "management")) -}}
{{- fail (printf "networkPolicy.%s.from has no ipBlock, but the load balancer of ingress.controller %s is no pod, and reaches this port for workers or health checks. Add an ipBlock with its addresses." $port $.Values.ingress.controller) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.validate.monitoring" -}}
{{- if and .Values.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.management.from) -}}
{{- fail "serviceMonitor.enabled and networkPolicy.enabled: Prometheus could not reach the management port. Name it in networkPolicy.management.from, for example by the namespaceSelector of its namespace." -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.managementTls.enabled (not .Values.serviceMonitor.tlsConfig) -}}
{{- fail "serviceMonitor.enabled and managementTls.enabled: Prometheus has to know how to verify the certificate. Set serviceMonitor.tlsConfig, for example to {ca: {secret: {name: NAME, key: ca.crt}}, serverName: HOST}." -}}
{{- end -}}
{{- end -}}
