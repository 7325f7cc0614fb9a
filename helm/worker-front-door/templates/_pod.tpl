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
