"""What the standard's own JSON Schema and model say of a contract in YAML: its errors, and its columns."""

import json
import os
import sys

import jsonschema
import open_data_contract_standard as standard
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

text = sys.argv[1]
with open(os.path.join(os.path.dirname(standard.__file__), "schema.json")) as file:
    schema = json.load(file)
validator = jsonschema.validators.validator_for(schema)(schema)
errors = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(yaml.safe_load(text))]
model = OpenDataContractStandard.from_string(text)
print(json.dumps({"errors": errors, "columns": [one.name for one in model.schema_[0].properties]}))
