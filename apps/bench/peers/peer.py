"""The rival: the harness's training step in PyTorch. Speaks JSON lines: one request on stdin, one answer on stdout.

    {"op": "prepare", "config": ..., "file": ..., "threads": n, "device": "cpu"}   -> {"nats": loss before any step, ...}
    {"op": "run", "count": n}                                                      -> {"step": [n times in milliseconds]}
    {"op": "finish"}                                                               -> {"peakBytes": n, "outcome": {"nats": ..., "steps": n}}
"""

import json
import math
import resource
import sys
import time

import torch

from networks import Network
from plusplus import PlusPlus
from systems import MultiScale, PixelVae
from tensors import read_tensors

SYSTEMS = {"pixelCnnPp": PlusPlus, "multiScale": MultiScale, "pixelVae": PixelVae}


class Trainer:
    def __init__(self, config, file, threads, device):
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        self.device = device
        tree = read_tensors(file)
        self.images = tree.pop("batch/images").to(device)
        labels = tree.pop("batch/labels", None)
        self.labels = None if labels is None else labels.long().to(device)
        rate = tree.pop("optimizer/learningRate").item()
        self.network = SYSTEMS.get(config["system"], Network)(config, tree).to(device)
        self.optimizer = torch.optim.RMSprop(self.network.parameters(), lr=rate, alpha=0.99, eps=1e-8, foreach=True)
        self.steps = 0
        self.network.eval()
        with torch.no_grad():
            self.nats = self._losses()[1].item()
        self.network.train()

    def _losses(self):
        """What is minimized, and the mean nats of an image, which are the same unless the network says otherwise."""
        result = self.network(self.images, self.labels)
        return result if isinstance(result, tuple) else (result, result)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss, nats = self._losses()
        loss.backward()
        self.optimizer.step()
        self.nats = nats.item()  # waits for the device, as reading the metrics does in the harness
        self.steps += 1
        if not math.isfinite(self.nats):
            raise ArithmeticError(f"the nats of step {self.steps} are {self.nats}")


def timed(step):
    began = time.perf_counter()
    step()
    return (time.perf_counter() - began) * 1000


def peak_bytes(device):
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def answer(request, trainers):
    if request["op"] == "prepare":
        device = request["device"]
        if device == "cuda" and not torch.cuda.is_available():
            raise RuntimeError("PyTorch sees no CUDA device")
        trainers[:] = [Trainer(request["config"], request["file"], request["threads"], device)]
        ready = {"nats": trainers[0].nats, "versions": f"torch {torch.__version__}"}
        return {**ready, "gpu": torch.cuda.get_device_name()} if device == "cuda" else ready
    (trainer,) = trainers
    if request["op"] == "run":
        return {"step": [timed(trainer.step) for _ in range(request["count"])]}
    if request["op"] == "finish":
        return {"peakBytes": peak_bytes(trainer.device), "outcome": {"nats": trainer.nats, "steps": trainer.steps}}
    raise ValueError(f"unknown request {request['op']}")


def main():
    trainers = []
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), trainers)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
