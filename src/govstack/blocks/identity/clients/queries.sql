-- name: client_by_id^
SELECT id, name, relying_party_id, logo_uri, redirect_uris, acr_values, claims, public_key, secret_hash, grant_types,
       auth_methods, subject_type, application, scopes, status, backchannel_logout_uri, request_print
FROM oauth_client WHERE id = :id;

-- name: clients_after
SELECT id, name, relying_party_id, logo_uri, redirect_uris, acr_values, claims, public_key, secret_hash, grant_types,
       auth_methods, subject_type, application, scopes, status, backchannel_logout_uri, request_print
FROM oauth_client WHERE id > :after AND subject_type = :subject_type ORDER BY id LIMIT :limit;

-- name: told_of_ends
SELECT id, name, relying_party_id, logo_uri, redirect_uris, acr_values, claims, public_key, secret_hash, grant_types,
       auth_methods, subject_type, application, scopes, status, backchannel_logout_uri
FROM oauth_client WHERE backchannel_logout_uri <> '' AND status = 'active' ORDER BY id;

-- name: add_client!
INSERT INTO oauth_client
    (id, name, relying_party_id, logo_uri, redirect_uris, acr_values, claims, public_key, secret_hash, grant_types,
     auth_methods, subject_type, application, scopes, status, request_print, created_at,
     modified_at, backchannel_logout_uri)
VALUES
    (:id, :name, :relying_party_id, :logo_uri, :redirect_uris, :acr_values, :claims, :public_key, :secret_hash,
     :grant_types, :auth_methods, :subject_type, :application, :scopes, :status, :request_print, :now, :now,
     :backchannel_logout_uri)
ON CONFLICT (id) DO NOTHING;

-- name: change_client!
UPDATE oauth_client SET
    name = :name, logo_uri = :logo_uri, redirect_uris = :redirect_uris, acr_values = :acr_values, claims = :claims,
    secret_hash = :secret_hash, grant_types = :grant_types, auth_methods = :auth_methods, application = :application,
    scopes = :scopes, status = :status, backchannel_logout_uri = :backchannel_logout_uri, modified_at = :now
WHERE id = :id;

-- name: remove_clients!
DELETE FROM oauth_client;
