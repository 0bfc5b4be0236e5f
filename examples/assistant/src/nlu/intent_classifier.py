"""What somebody wants, from what was said."""
import json
import pathlib


class IntentClassifier:
    """A text classifier that Weighhouse trained, from its folder in the library."""

    def __init__(self, model_path="models/nlu/intent_classifier/"):
        self.folder = pathlib.Path(model_path)
        self.reload()

    def reload(self):
        import torch

        weights = self.folder / "classifier.pt"
        if not weights.is_file():
            raise FileNotFoundError(f"There is no {weights}. `weigh fit` makes it; `weigh export` makes it again.")
        self._model = torch.jit.load(str(weights))
        self.labels = list(self._model.labels())
        self.record = json.loads(self._model.record)

    def classify(self, text):
        """{"intent": …, "confidence": …, "scores": {…}} of one text."""
        return self.classify_all([text])[0]

    def classify_all(self, texts):
        intents, scores = self._model(list(texts))
        answers = []
        for intent, row in zip(intents, scores.tolist()):
            by_label = dict(zip(self.labels, row))
            answers.append({"intent": intent, "confidence": by_label[intent], "scores": by_label})
        return answers
