-- name: put!
INSERT INTO search_document (id, kind, record_id, number, audience, title, words)
VALUES (:id, :kind, :record_id, :number, :audience, :title, :words)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, audience = excluded.audience, title = excluded.title,
    words = excluded.words;

-- name: drop_sentences!
DELETE FROM search_sentence WHERE document_id = :id;

-- name: drop!
DELETE FROM search_document WHERE id = :id;

-- name: add_sentence!
INSERT INTO search_sentence (document_id, position, text, meaning) VALUES (:document_id, :position, :text, :meaning);

-- name: meanings
SELECT text, meaning FROM search_sentence WHERE document_id = :id AND meaning IS NOT NULL;

-- name: waiting
SELECT document_id, position, text FROM search_sentence WHERE meaning IS NULL ORDER BY document_id, position LIMIT :limit;

-- name: waiting_count$
SELECT COUNT(*) FROM search_sentence WHERE meaning IS NULL;

-- name: mean!
-- Only what still says the same: the document may have been changed while the model was at work.
UPDATE search_sentence SET meaning = :meaning
WHERE document_id = :document_id AND position = :position AND text = :text;

-- name: with_words
SELECT id, kind, record_id, title, words FROM search_document
WHERE (kind || '/' || audience) = ANY(:scopes) AND (words LIKE :one OR (:two <> '' AND words LIKE :two)
    OR (:three <> '' AND words LIKE :three) OR (:four <> '' AND words LIKE :four)
    OR (:five <> '' AND words LIKE :five) OR (:six <> '' AND words LIKE :six))
ORDER BY id LIMIT :limit;

-- name: sentences
SELECT s.document_id, s.position, s.text, s.meaning FROM search_sentence s JOIN search_document d ON d.id = s.document_id
WHERE s.meaning IS NOT NULL AND (d.kind || '/' || d.audience) = ANY(:scopes)
    AND (s.document_id > :document_id OR (s.document_id = :document_id AND s.position > :position))
ORDER BY s.document_id, s.position LIMIT :limit;

-- name: by_ids
SELECT id, kind, record_id, title, words FROM search_document WHERE id = ANY(:ids);

-- name: want!
INSERT INTO search_wanted (name, since) VALUES ('meaning', :since) ON CONFLICT (name) DO NOTHING;

-- name: wanted$
SELECT COUNT(*) FROM search_wanted;
