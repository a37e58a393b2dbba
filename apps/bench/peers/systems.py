"""Systems that are made of several nets: multi-scale PixelRNN and PixelVAE."""

import torch
from torch import nn

from mappings import Encoder, Upsampler
from networks import Network, scaled
from weights import below


class MultiScale(nn.Module):
    """A net for every f-th pixel, and one for the others that is told a map of these."""

    def __init__(self, config, tree):
        super().__init__()
        image, self.factor = config["image"], config["factor"]
        height, width = image["height"], image["width"]
        sides = {"height": height // self.factor, "width": width // self.factor}
        self.small = Network({**config["small"], "image": {**image, **sides}}, below(tree, "small"))
        self.large = Network({**config["large"], "image": image, "map": config["channels"]}, below(tree, "large"))
        self.upsampler = Upsampler(self.factor, below(tree, "upsampler"))
        counted = torch.ones(height, width)
        counted[:: self.factor, :: self.factor] = 0
        self.register_buffer("counted", counted.flatten())

    def forward(self, images, labels=None):
        small = images[:, :: self.factor, :: self.factor]
        told = self.upsampler(scaled(small, self.small.levels))
        return self.small(small) + self.large(images, map=told, counted=self.counted)


class PixelVae(nn.Module):
    """An encoder, and a net that is told one draw of its latents: gives what is minimized, and the bound.

    The noise of an evaluation and of the first steps is the harness's, so that losses can be compared; later steps draw their own.
    """

    def __init__(self, config, tree):
        super().__init__()
        if "upsampler" in config or "prior" in config:
            raise ValueError("wanted latents of one level, in every gate of the decoder")
        noise, self.latents = below(tree, "noise"), config["latents"]
        self.register_buffer("noise", noise["evaluation"])
        self.register_buffer("noises", noise["steps"])
        self.warm_up, self.steps = config.get("warmUp"), 0
        self.levels = config["image"]["levels"]
        self.encoder = Encoder(config["encoder"]["config"], below(tree, "encoder"))
        decoder = {**config["decoder"], "image": config["image"], "vector": self.latents}
        self.decoder = Network(decoder, below(tree, "decoder/model"))

    def forward(self, images, labels=None):
        mean, log_sigma = self.encoder(scaled(images, self.levels)).chunk(2, 1)
        sigma = torch.exp(log_sigma)
        told = torch.addcmul(mean, sigma, self._noise(images))
        divergence = (0.5 * (sigma.square() + mean.square() - 1) - log_sigma).sum() / images.shape[0]
        distortion = self.decoder(images, labels, vector=told)
        # What is minimized weighs the divergence less in the first steps.
        weight = min(1, self.steps / self.warm_up) if self.warm_up else 1
        self.steps += self.training
        return distortion + weight * divergence, distortion + divergence

    def _noise(self, images):
        if not self.training:
            return self.noise
        return self.noises[self.steps] if self.steps < len(self.noises) else torch.randn_like(self.noise)
