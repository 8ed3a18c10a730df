-- name: put!
INSERT INTO partner (id, name, application, address, logo_url, roles, attributes, active, secret, modified_at)
VALUES (:id, :name, :application, :address, :logo_url, :roles, :attributes, :active, :secret, :modified_at)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, application = excluded.application, address = excluded.address,
    logo_url = excluded.logo_url, roles = excluded.roles, attributes = excluded.attributes, active = excluded.active,
    secret = excluded.secret, modified_at = excluded.modified_at;

-- name: by_id^
SELECT id, name, application, address, logo_url, roles, attributes, active, secret FROM partner WHERE id = :id;

-- name: listed
SELECT id, name, application, address, logo_url, roles, attributes, active, secret FROM partner
ORDER BY name, id LIMIT :limit;

-- name: count$
SELECT COUNT(*) FROM partner WHERE id <> :id;
