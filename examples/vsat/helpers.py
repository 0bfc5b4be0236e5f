"""What VSAT's guide on model management leaves unnamed, so that its classes run as they are over a Weighhouse library.

The guide's VoiceSeparator, ModelTuner and ModelEvaluator call `load_audio`, `preprocess_audio` and methods that it never
writes down: what a label, a loss and a metric are depends on the models. Here they are for separators: modules that take
[batch, samples] at 16 kHz and give [batch, 2, samples], speech and the rest, as `default/voice_separator` does.

    from helpers import TorchFiles, equip, load_audio, preprocess_audio
    equip(ModelTuner, ModelEvaluator)      # gives the classes the methods they call
    torch = TorchFiles(torch)              # see there: torch.save does not take TorchScript modules

Needs torch and numpy, from Debian: python3-torch, python3-numpy.
"""

import math
import wave

import numpy
import torch as _torch

RATE_HZ = 16_000
SECONDS = 2.0  # examples of one length, so that they make batches


def load_audio(path):
    """A WAV file of 16 bits as numbers from -1 to 1, one channel, at RATE_HZ."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path} has {8 * file.getsampwidth()} bits a sample; this example reads 16.")
        rate, channels = file.getframerate(), file.getnchannels()
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(numpy.float32) / 32768
    samples = samples.reshape(-1, channels).mean(axis=1)
    if rate == RATE_HZ:
        return samples
    times = numpy.arange(int(len(samples) * RATE_HZ / rate)) * (rate / RATE_HZ)
    return numpy.interp(times, numpy.arange(len(samples)), samples).astype(numpy.float32)


def preprocess_audio(audio):
    """The loudest SECONDS of it; what is shorter is followed by silence."""
    count = int(SECONDS * RATE_HZ)
    if len(audio) < count:
        return numpy.pad(audio, (0, count - len(audio))).astype(numpy.float32)
    power = numpy.cumsum(numpy.concatenate([[0.0], audio.astype(numpy.float64) ** 2]))
    begin = int(numpy.argmax(power[count:] - power[:-count]))
    return numpy.ascontiguousarray(audio[begin : begin + count], dtype=numpy.float32)


def si_sdr(estimate, target):
    """In decibels, of tensors [..., samples]."""
    estimate = estimate - estimate.mean(-1, keepdim=True)
    target = target - target.mean(-1, keepdim=True)
    scale = (estimate * target).sum(-1, keepdim=True) / (target.square().sum(-1, keepdim=True) + 1e-8)
    rest = estimate - scale * target
    return 10 * _torch.log10(((scale * target).square().sum(-1) + 1e-8) / (rest.square().sum(-1) + 1e-8))


def default_labels(self, audio):
    """Nobody said what is speech in it: all but what is always there, which is what its quietest moments are like."""
    spectrum = _torch.stft(_torch.from_numpy(audio), 512, 256, window=_torch.hann_window(512), return_complex=True)
    level = spectrum.abs()
    noise = level.quantile(0.1, dim=1, keepdim=True)
    kept = spectrum * ((level - 2 * noise).clamp(min=0) / (level + 1e-8))
    speech = _torch.istft(kept, 512, 256, window=_torch.hann_window(512), length=len(audio))
    return _torch.stack([speech, _torch.from_numpy(audio) - speech])


def compute_loss(self, outputs, labels):
    """The negative SI-SDR of each voice, in order."""
    return -si_sdr(outputs, labels).mean()


def compute_metrics(self, output, audio_file):
    """How much of the sound each output holds, and how sure it is that they are different sounds."""
    sound = preprocess_audio(load_audio(audio_file))
    power = float((sound**2).mean()) + 1e-12
    shares = [float((voice**2).mean()) / power for voice in output[0]]
    references = getattr(self, "references", {}).get(audio_file)
    metrics = {"shares": shares, "level_db": [10 * math.log10(share + 1e-12) for share in shares]}
    if references is not None:
        target = _torch.from_numpy(numpy.stack(references))
        metrics["si_sdr"] = float(si_sdr(_torch.from_numpy(output[0]), target).mean())
        metrics["si_sdr_improvement"] = metrics["si_sdr"] - float(si_sdr(_torch.from_numpy(sound), target).mean())
    return metrics


def output_to_audio(self, output):
    """A list of voices, each a row of numbers from -1 to 1."""
    return [numpy.clip(voice, -1, 1) for voice in output[0]]


def equip(tuner, evaluator):
    """Gives the guide's classes the methods that they call and it does not write down."""
    tuner._generate_default_labels = default_labels
    tuner._compute_loss = compute_loss
    evaluator._compute_metrics = compute_metrics
    evaluator._output_to_audio = output_to_audio


class TorchFiles:
    """`torch` as the guide's code expects it of TorchScript modules.

    torch.load hands TorchScript files to torch.jit.load by itself; torch.save refuses the modules that come of it ("For
    purely script modules use my_script_module.save(<filename>) instead"). So here, and only for them, `save` does what
    that message says. Everything else is torch's own.
    """

    def __init__(self, module=_torch):
        self._module = module

    def __getattr__(self, name):
        return getattr(self._module, name)

    def save(self, thing, file, **options):
        if isinstance(thing, self._module.jit.ScriptModule):
            thing.save(str(file))
        else:
            self._module.save(thing, file, **options)
