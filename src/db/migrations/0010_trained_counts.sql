-- What a slice held when the training was over, or the version was made: null until then, where the slice's own count
-- is meant. Changes of the slice afterwards do not change what was learned from.
ALTER TABLE trained_on ADD COLUMN item_count BIGINT;
UPDATE trained_on SET item_count = (SELECT s.item_count FROM slices s WHERE s.id = trained_on.slice_id)
WHERE number > 0 OR EXISTS (SELECT 1 FROM trainings g WHERE g.model_id = trained_on.model_id AND g.status = 'completed');

-- A filter finds the models of a slice by its name, also when the slice is deleted since.
DROP INDEX slices_by_name;
CREATE INDEX slices_by_name ON slices (name, dataset_id);
