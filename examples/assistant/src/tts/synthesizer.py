"""Speech from text."""
import array
import io
import json
import pathlib
import sys
import wave

DEFAULT_RATE = 22_050


class TTSSynthesizer:
    """A voice, from its folder in the library of a Weighhouse.

    A TorchScript file there takes a text and gives samples between -1 and 1; the configuration beside it may name
    the `sample_rate`. A folder of Coqui's is loaded by its own package.
    """

    def __init__(self, model_path="models/tts/vits/"):
        self.folder = pathlib.Path(model_path)
        self.reload()

    def reload(self):
        if not self.folder.is_dir():
            raise FileNotFoundError(f"There is no voice in {self.folder}. `weigh import` or `weigh pull` brings one.")
        # A configuration that came with the weights alone is the record of the version, under the model's name.
        configs = sorted(self.folder.glob("*.json"), key=lambda file: file.name == "config.json")
        settings = {}
        for file in configs:
            settings.update(json.loads(file.read_text(encoding="utf-8")))
        audio = settings.get("audio", {})
        self.sample_rate = int(settings.get("sample_rate", audio.get("sample_rate", DEFAULT_RATE)))
        weights = sorted(self.folder.glob("*.pt")) + sorted(self.folder.glob("*.pth"))
        if not weights:
            raise FileNotFoundError(f"There are no weights in {self.folder}: a .pt or a .pth.")
        self._speak = self._coqui(weights[0], configs[-1]) if audio else self._torchscript(weights[0])

    @staticmethod
    def _torchscript(weights):
        import torch

        model = torch.jit.load(str(weights))
        return lambda text: model(text).flatten().tolist()

    @staticmethod
    def _coqui(weights, config):
        from TTS.utils.synthesizer import Synthesizer

        voice = Synthesizer(tts_checkpoint=str(weights), tts_config_path=str(config))
        return voice.tts

    def synthesize(self, text):
        """A WAV file, 16 bits, one channel."""
        samples = array.array("h", (round(32767 * max(-1.0, min(1.0, sample))) for sample in self._speak(text)))
        if sys.byteorder == "big":
            samples.byteswap()
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.sample_rate)
            file.writeframes(samples.tobytes())
        return out.getvalue()
