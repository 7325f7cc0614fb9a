{{/* files/alerts.yaml with this release's selector, thresholds and times, without the disabled alerts. */}}
{{- define "worker-front-door.alerts" -}}
{{- $rule := .Values.prometheusRule -}}
{{- $text := .Files.Get "files/alerts.yaml" | replace "@selector@" (include "worker-front-door.seriesSelector" .) -}}
{{- range $name, $value := $rule.thresholds -}}
{{- $text = $text | replace (printf "@%s@" $name) (toString $value) -}}
{{- end -}}
{{- $text = $text | replace "@drainSeconds@" (include "worker-front-door.drainSeconds" .) -}}
{{- $file := $text | fromYaml -}}
{{- if $file.Error -}}
{{- fail (printf "files/alerts.yaml does not parse with these thresholds: %s" $file.Error) -}}
{{- end -}}
groups:
{{- range $group := $file.groups }}
  - name: {{ $group.name }}
    rules:
    {{- range $alert := $group.rules }}
    {{- if not (has $alert.alert $rule.disabled) }}
    {{- if $rule.alertLabels }}
    {{- $_ := set $alert "labels" (merge (dict) $rule.alertLabels $alert.labels) }}
    {{- end }}
    {{- with $rule.runbookUrl }}
    {{- $_ := set $alert.annotations "runbook_url" (printf "%s#%s" . (lower $alert.alert)) }}
    {{- end }}
      - {{- toYaml $alert | nindent 8 }}
    {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
