-- What is too frequent to be collected is met on a walk through the newest: these hold all that such a walk
-- looks at, so that it reads no other page before it knows the models. docs/decisions/0014 has the figures.
CREATE INDEX current_metrics_by_created
  ON current_metrics (name, class_name, slice, model_created_at, model_id, value, listed) WHERE listed = 1;
CREATE INDEX search_texts_by_created
  ON search_texts (model_created_at, model_id, name, display_name, listed) WHERE listed = 1;
