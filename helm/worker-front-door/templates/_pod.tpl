{{/* How probes, Prometheus and load balancers reach the management port. */}}
{{- define "worker-front-door.managementScheme" -}}
{{- .Values.managementTls.enabled | ternary "HTTPS" "HTTP" -}}
{{- end -}}

{{/* The Secret with the authorities of workers, if it is not that of tls. */}}
{{- define "worker-front-door.clientCaSecret" -}}
{{- if and .Values.tls.enabled (ne .Values.tls.clientAuth "none") -}}
{{- .Values.tls.clientCa.secretName -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.probe" -}}
httpGet:
  path: /actuator/health/{{ .group }}
  port: management
  scheme: {{ include "worker-front-door.managementScheme" .root }}
{{ toYaml .probe }}
{{- end -}}

{{/* Annotations by which the mesh's sidecar leaves the management port alone and outlives the service. */}}
{{- define "worker-front-door.meshAnnotations" -}}
{{- if eq .Values.mesh "istio" -}}
traffic.sidecar.istio.io/excludeInboundPorts: "8081"
proxy.istio.io/config: '{"proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"}}'
{{- else if eq .Values.mesh "linkerd" -}}
config.linkerd.io/skip-inbound-ports: "8081"
config.beta.linkerd.io/proxy-enable-native-sidecar: "true"
{{- end -}}
{{- end -}}

{{- define "worker-front-door.initContainers" -}}
{{- $containers := list -}}
{{- range .Values.notifiers -}}
{{- with .initImage -}}{{- $containers = append $containers . -}}{{- end -}}
{{- end -}}
{{- if or $containers .Values.extraInitContainers -}}
initContainers:
  {{- range $notifier := .Values.notifiers }}
  {{- with $notifier.initImage }}
  - name: notifier-{{ $notifier.name }}
    image: {{ include "worker-front-door.image" (dict "root" $ "image" .) | quote }}
    imagePullPolicy: {{ .pullPolicy | default "IfNotPresent" }}
    command:
      {{- toYaml (.command | default (list "cp" "-R" (printf "%s/." (.path | default "/notifiers" | trimSuffix "/")) "/target/")) | nindent 6 }}
    securityContext:
      {{- toYaml $.Values.securityContext | nindent 6 }}
    resources:
      {{- toYaml (.resources | default (dict "requests" (dict "cpu" "50m" "memory" "32Mi") "limits" (dict "memory" "64Mi"))) | nindent 6 }}
    volumeMounts:
      - name: notifier-{{ $notifier.name }}
        mountPath: /target
  {{- end }}
  {{- end }}
  {{- with .Values.extraInitContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.notifierMounts" -}}
{{- range .Values.notifiers }}
- name: notifier-{{ .name }}
  mountPath: /app/notifiers/{{ .name }}
  readOnly: true
  {{- with (.image | default .existingClaim | default dict).subPath }}
  subPath: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "worker-front-door.notifierVolumes" -}}
{{- range .Values.notifiers }}
- name: notifier-{{ .name }}
  {{- if .image }}
  image:
    reference: {{ include "worker-front-door.image" (dict "root" $ "image" .image) | quote }}
    pullPolicy: {{ .image.pullPolicy | default "IfNotPresent" }}
  {{- else if .initImage }}
  emptyDir:
    sizeLimit: {{ .initImage.sizeLimit | default "256Mi" }}
  {{- else }}
  persistentVolumeClaim:
    claimName: {{ .existingClaim.claimName }}
    readOnly: true
  {{- end }}
{{- end }}
{{- end -}}

{{- define "worker-front-door.names" -}}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "worker-front-door.placement" -}}
{{- if .Values.topologySpread.enabled -}}
topologySpreadConstraints:
  {{- range .Values.topologySpread.topologyKeys }}
  - topologyKey: {{ . }}
    maxSkew: {{ $.Values.topologySpread.maxSkew }}
    whenUnsatisfiable: {{ $.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "worker-front-door.selectorLabels" $ | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
