"""Makes the tables of this folder: values, and whether the official JSON Schemas of the Kaa RFCs accept them.

Usage: generate.py <folder with 0001/0001-error-response.schema.json and so on> <output folder>
"""

import json
import pathlib
import random
import sys

from jsonschema import Draft4Validator, Draft202012Validator

FOLDERS = ["0001", "0002", "0007", "0010", "0011"]
VALUES = 300
NAMES = ["configId", "observe", "config", "statusCode", "reasonPhrase", "keys", "id", "payload", "type", "x", "", "a-b",
         "a b", "a\n", "\u00e9", "ConfigId", "config_id", "0", "_", "A9"]
SCALARS = [None, True, False, 0, 1, -1, 200, 200.0, 200.5, -0.0, 1e3, 1e300, 2**31, 2**53 + 1, 2**63, "", "200", "true",
           "null", "a", "A_9", "a-b", "a b", "a\n", "\u00e9", "\u0661", "{}", "observe"]


def anything(rng, depth=2):
    kind = rng.random()
    if depth == 0 or kind < 0.6:
        return rng.choice(SCALARS)
    if kind < 0.8:
        return [anything(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(NAMES): anything(rng, depth - 1) for _ in range(rng.randrange(4))}


def fitting(schema, rng):
    match schema.get("type"):
        case "object":
            needed = schema.get("required", [])
            value = {name: fitting(member, rng) for name, member in schema.get("properties", {}).items()
                     if name in needed or rng.random() < 0.5}
            for _ in range(rng.randrange(4) if "patternProperties" in schema else 0):
                value[name(rng)] = anything(rng)
            return value
        case "array":
            return [fitting(schema.get("items", {}), rng) for _ in range(rng.randrange(4))]
        case "string":
            return name(rng) if "pattern" in schema or rng.random() < 0.5 else rng.choice(["", "OK", "a b", "\u00e9\n"])
        case "integer":
            return rng.choice([0, 1, -1, 200, 404, 2**31, 2**53 + 1])
        case "number":
            return rng.choice([0, 200, -200, 404, 200.0, 1e3])
        case "boolean":
            return rng.random() < 0.5
        case None:
            return anything(rng)


def name(rng):
    return "".join(rng.choices("abzABZ019_", k=rng.randrange(1, 4)))


def spoilt(value, rng):
    """Changes one thing somewhere."""
    if value and rng.random() < 0.7:
        if isinstance(value, dict):
            key = rng.choice(list(value))
            return {**value, key: spoilt(value[key], rng)}
        if isinstance(value, list):
            index = rng.randrange(len(value))
            return value[:index] + [spoilt(value[index], rng)] + value[index + 1:]
    if isinstance(value, dict) and rng.random() < 0.7:
        if value and rng.random() < 0.4:
            gone = rng.choice(list(value))
            return {key: member for key, member in value.items() if key != gone}
        return {**value, rng.choice(NAMES): anything(rng)}
    if isinstance(value, list) and rng.random() < 0.7:
        return value + [rng.choice(value) if value and rng.random() < 0.5 else anything(rng)]
    return [value] if rng.random() < 0.2 else anything(rng)


def anchored(schema):
    """In Python, `$` of a pattern also matches before a last line feed; in JSON Schema it does not."""
    if isinstance(schema, dict):
        return {key.replace("$", r"\Z") if key.endswith("+$") else key:
                member.replace("$", r"\Z") if key == "pattern" else anchored(member)
                for key, member in schema.items()}
    return [anchored(item) for item in schema] if isinstance(schema, list) else schema


def rows(schema, rng):
    draft = Draft4Validator if "draft-04" in schema["$schema"] else Draft202012Validator
    validator = draft(anchored(schema))
    made = {}
    for value in [{}, []] + SCALARS:
        made[json.dumps(value, separators=(",", ":"))] = value
    while len(made) < VALUES + len(SCALARS) + 2:
        value = fitting(schema, rng)
        for _ in range(rng.randrange(3)):
            value = spoilt(value, rng)
        made[json.dumps(value, separators=(",", ":"))] = value
    for text, value in made.items():
        yield f"[{json.dumps(validator.is_valid(value))},{text}]\n"


def main(schemas, output):
    for folder in FOLDERS:
        for file in sorted((pathlib.Path(schemas) / folder).glob("*.schema.json")):
            table = file.name.removesuffix(".schema.json")
            lines = rows(json.loads(file.read_text()), random.Random(table))
            (pathlib.Path(output) / f"{table}.jsonl").write_text("".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
