{{- define "govstack.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "govstack.labels" -}}
app.kubernetes.io/name: govstack
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "govstack.selector" -}}
app.kubernetes.io/name: govstack
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "govstack.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "govstack.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "govstack.environment" -}}
- name: GOVSTACK_PROFILE
  value: production
- name: GOVSTACK_HOST
  value: 0.0.0.0
- name: GOVSTACK_PORT
  value: {{ .Values.service.port | quote }}
- name: GOVSTACK_PUBLIC_URL
  value: {{ required "publicUrl is needed" .Values.publicUrl | quote }}
- name: GOVSTACK_INSTANCE
  value: {{ .Values.instance | quote }}
- name: GOVSTACK_DATA_DIR
  value: /data
- name: GOVSTACK_SECRET_FILE
  value: /run/secrets/govstack/secret
- name: GOVSTACK_DATABASE_URL_FILE
  value: /run/secrets/govstack/database-url
{{- if .Values.secrets.nats }}
- name: GOVSTACK_NATS_URL_FILE
  value: /run/secrets/govstack/nats-url
{{- end }}
{{- if .Values.secrets.smtp }}
- name: GOVSTACK_SMTP_URL_FILE
  value: /run/secrets/govstack/smtp-url
{{- end }}
{{- if .Values.secrets.smpp }}
- name: GOVSTACK_SMPP_URL_FILE
  value: /run/secrets/govstack/smpp-url
{{- end }}
{{- if .Values.secrets.secretPrevious }}
- name: GOVSTACK_SECRET_PREVIOUS_FILE
  value: /run/secrets/govstack/secret-previous
{{- end }}
{{- if .Values.secrets.credentials }}
- name: GOVSTACK_CREDENTIALS_FILE
  value: /run/secrets/govstack/credentials
{{- end }}
- name: GOVSTACK_TLS_CERTIFICATE
  value: /run/secrets/tls/tls.crt
- name: GOVSTACK_TLS_KEY
  value: /run/secrets/tls/tls.key
{{- if .Values.secrets.authoritiesConfigMap }}
- name: GOVSTACK_TLS_AUTHORITIES
  value: /run/authorities/authorities.pem
- name: GOVSTACK_MEDIATOR_PROVIDER_CA
  value: /run/authorities/authorities.pem
{{- if .Values.secrets.clientAuthorities }}
- name: GOVSTACK_TLS_CLIENT_CA
  value: /run/authorities/clients.pem
{{- end }}
{{- end }}
{{- end -}}

{{- /* Helm reads numbers as floats: 2000000 would come out as 2e+06, which no setting takes. */ -}}
{{- define "govstack.settings" -}}
{{- range $name, $value := . }}
- name: GOVSTACK_{{ $name }}
  value: {{ if kindIs "float64" $value }}{{ int64 $value | quote }}{{ else }}{{ $value | quote }}{{ end }}
{{- end }}
{{- end -}}

{{- define "govstack.mounts" -}}
- name: secrets
  mountPath: /run/secrets/govstack
  readOnly: true
- name: tls
  mountPath: /run/secrets/tls
  readOnly: true
{{- if .Values.secrets.authoritiesConfigMap }}
- name: authorities
  mountPath: /run/authorities
  readOnly: true
{{- end }}
- name: data
  mountPath: /data
- name: temporary
  mountPath: /tmp
{{- end -}}

{{- define "govstack.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .Values.secrets.existingSecret }}
    defaultMode: 0440
- name: tls
  secret:
    secretName: {{ .Values.secrets.tlsSecret }}
    defaultMode: 0440
{{- if .Values.secrets.authoritiesConfigMap }}
- name: authorities
  configMap:
    name: {{ .Values.secrets.authoritiesConfigMap }}
{{- end }}
- name: data
  emptyDir:
    sizeLimit: 1Gi
- name: temporary
  emptyDir:
    sizeLimit: 256Mi
{{- end -}}
