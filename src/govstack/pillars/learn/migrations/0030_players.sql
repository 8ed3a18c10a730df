-- H5P packages have one part, which is played where an operator adds the player.
UPDATE package
SET structure = '[{"id":"content","title":"H5P","path":"h5p.json"}]'
WHERE kind = 'h5p' AND structure = '[]';
