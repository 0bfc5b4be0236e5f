"""A network of the BERT family from its safetensors as an ONNX file, so that ONNX Runtime can be asked in the same run.

The layers and names are those of the paper (Devlin and others, 2018) and of its published checkpoints.
"""

import json
import struct
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        begin = file.tell()
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__" or entry["dtype"] != "F32":
                continue
            file.seek(begin + entry["data_offsets"][0])
            count = (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4
            tensors[name] = numpy.frombuffer(file.read(4 * count), numpy.float32).reshape(entry["shape"])
    return tensors


class Network:
    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "config.json").read_text())
        self.tensors = read_safetensors(Path(folder) / "model.safetensors")
        self.nodes, self.constants, self.count = [], {}, 0

    def constant(self, name, value):
        self.constants[name] = numpy.asarray(value, order="C")
        return name

    def add(self, kind, *inputs, **attributes):
        self.count += 1
        output = f"{kind}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def dense(self, x, name):
        weight = self.constant(name + ".weight", self.tensors[name + ".weight"].T)
        return self.add("Add", self.add("MatMul", x, weight), self.constant(name + ".bias", self.tensors[name + ".bias"]))

    def normal(self, x, name):
        return self.add("LayerNormalization", x, self.constant(name + ".weight", self.tensors[name + ".weight"]),
                        self.constant(name + ".bias", self.tensors[name + ".bias"]), axis=-1,
                        epsilon=self.config["layer_norm_eps"])

    def gelu(self, x):
        erf = self.add("Erf", self.add("Div", x, self.constant("sqrt2", numpy.float32(2.0 ** 0.5))))
        twice = self.add("Mul", x, self.add("Add", erf, self.constant("one", numpy.float32(1))))
        return self.add("Mul", twice, self.constant("half", numpy.float32(0.5)))

    def attention(self, x, name):
        heads, hidden = self.config["num_attention_heads"], self.config["hidden_size"]
        split = self.constant("split", numpy.array([0, 0, heads, hidden // heads], numpy.int64))
        join = self.constant("join", numpy.array([0, 0, hidden], numpy.int64))
        query, key, value = (self.add("Reshape", self.dense(x, f"{name}.self.{part}"), split) for part in ("query", "key", "value"))
        query = self.add("Transpose", query, perm=[0, 2, 1, 3])
        key = self.add("Transpose", key, perm=[0, 2, 3, 1])
        value = self.add("Transpose", value, perm=[0, 2, 1, 3])
        scale = self.constant("scale", numpy.float32((hidden // heads) ** 0.5))
        weights = self.add("Softmax", self.add("Div", self.add("MatMul", query, key), scale), axis=-1)
        seen = self.add("Transpose", self.add("MatMul", weights, value), perm=[0, 2, 1, 3])
        out = self.dense(self.add("Reshape", seen, join), f"{name}.output.dense")
        return self.normal(self.add("Add", out, x), f"{name}.output.LayerNorm")

    def layer(self, x, name):
        x = self.attention(x, name + ".attention")
        inner = self.gelu(self.dense(x, name + ".intermediate.dense"))
        return self.normal(self.add("Add", self.dense(inner, name + ".output.dense"), x), name + ".output.LayerNorm")


def write_onnx(folder, path):
    """input_ids, int64 [1, pieces] -> the mean of the pieces' vectors, float32 [1, dimensions]."""
    network = Network(folder)
    words, places, kinds = (network.constant(f"embeddings.{kind}_embeddings", network.tensors[f"embeddings.{kind}_embeddings.weight"])
                            for kind in ("word", "position", "token_type"))
    length = network.add("Gather", network.add("Shape", "input_ids"), network.constant("at_one", numpy.int64(1)))
    positions = network.add("Range", network.constant("begin", numpy.int64(0)), length, network.constant("step", numpy.int64(1)))
    x = network.add("Add", network.add("Gather", words, "input_ids"), network.add("Gather", places, positions))
    x = network.add("Add", x, network.add("Gather", kinds, network.constant("first", numpy.int64(0))))
    x = network.normal(x, "embeddings.LayerNorm")
    for number in range(network.config["num_hidden_layers"]):
        x = network.layer(x, f"encoder.layer.{number}")
    mean = network.add("ReduceMean", x, axes=[1], keepdims=0)
    graph = helper.make_graph(
        network.nodes, "bert", [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info(mean, TensorProto.FLOAT, [1, network.config["hidden_size"]])],
        [numpy_helper.from_array(value, name) for name, value in network.constants.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
