"""Reads the file that the harness writes: parameters and a batch in the safetensors format."""

import json

import torch

DTYPES = {"F32": torch.float32, "I32": torch.int32}


def read_tensors(path):
    """Every tensor of a safetensors file by name: eight bytes of length, a JSON header, then the data."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {name: _tensor(data, entry) for name, entry in header.items()}


def _tensor(data, entry):
    begin, end = entry["data_offsets"]
    dtype = DTYPES[entry["dtype"]]
    if begin == end:
        return torch.zeros(entry["shape"], dtype=dtype)
    flat = torch.frombuffer(data, dtype=dtype, count=(end - begin) // 4, offset=begin)
    return flat.reshape(entry["shape"]).clone()
