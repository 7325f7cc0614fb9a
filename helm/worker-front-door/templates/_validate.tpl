{{/* Refuses invalid values that the schema cannot detect, each with a remedy. */}}
{{- define "worker-front-door.validate" -}}
{{- include "worker-front-door.validate.scaling" . -}}
{{- include "worker-front-door.validate.stopping" . -}}
{{- include "worker-front-door.validate.settings" . -}}
{{- include "worker-front-door.validate.auth" . -}}
{{- include "worker-front-door.validate.notifiers" . -}}
{{- include "worker-front-door.validate.routes" . -}}
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
      "server.port" "service.port"
      "management.server.port" "managementService.port" -}}
{{- if .Values.tls.enabled -}}
{{- $_ := set $owned "server.ssl" "tls" -}}
{{- end -}}
{{- $given := dict -}}
{{- range splitList "\n" (include "worker-front-door.leaves" (list "" .Values.config)) -}}
{{- if . -}}{{- $_ := set $given (printf "config.%s" .) (include "worker-front-door.plainName" .) -}}{{- end -}}
{{- end -}}
{{- range .Values.extraEnv -}}
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
{{- if and .Values.tls.certificate.enabled (not .Values.tls.enabled) -}}
{{- fail "tls.certificate.enabled without tls.enabled: a certificate that nothing would use. Turn tls.enabled on." -}}
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
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs at least one name in ingress.hosts." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the Gateway that the route is for." -}}
{{- end -}}
{{- end -}}
