#!/usr/bin/env python3
"""Checks OSCAL documents against the JSON schemas NIST publishes.

    python3 tests/oscal.py FILE...

Prints one line per file; exits 1 when a document is not valid, 2 when the check itself cannot be made.
The schemas come from the source package of compliance-trestle, which carries NIST's release files unchanged; nothing
of that package is run. What it needs goes into ${CARGO_TARGET_DIR:-target}/oscal-venv, once.

Beyond the schemas: UUIDs and ids stand for one thing each, every reference within a document is to something in it,
and controls, parameters and statements a profile or result names exist in a catalogue that is also among the files
(only when its id and version are the ones the document names).
"""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

# OSCAL_VERSION is what crates/paper writes.
VALIDATOR = "jsonschema-rs==0.60.3"
SCHEMAS = ("compliance-trestle", "3.9.2", "d56a57ef21b94b14b8768964ba423981fe13a336ced67485fed734b0519d187d")
OSCAL_VERSION = "1.1.3"

MODELS = {
    "catalog": "oscal_catalog_schema.json",
    "profile": "oscal_profile_schema.json",
    "assessment-results": "oscal_assessment-results_schema.json",
    "plan-of-action-and-milestones": "oscal_poam_schema.json",
}
FILE_MAX_BYTES = 512 * 1024 * 1024
ERRORS_SHOWN = 10
STEP_SECONDS = 300

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "oscal-venv"


def run(*words):
    subprocess.run([str(word) for word in words], check=True, timeout=STEP_SECONDS, stdout=sys.stderr)


def python():
    return HOME / "bin" / "python"


def prepare():
    """Makes the virtual environment and unpacks the schemas, unless that was done for these versions."""
    name, version, digest = SCHEMAS
    wanted = f"{VALIDATOR} {name}=={version} {digest} {' '.join(MODELS.values())}"
    mark = HOME / "ready"
    if mark.exists() and mark.read_text() == wanted:
        return
    mark.unlink(missing_ok=True)
    venv.create(HOME, with_pip=True, clear=True)
    pip = [python(), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", VALIDATOR)
    run(*pip, "download", "--no-deps", "--no-binary", name, "--dest", HOME, f"{name}=={version}")
    archive = HOME / f"{name.replace('-', '_')}-{version}.tar.gz"
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != digest:
        raise OSError(f"{archive.name} has SHA-256 {found}, expected {digest}")
    schemas = HOME / "schemas"
    schemas.mkdir()
    with tarfile.open(archive) as tar:
        for file in MODELS.values():
            member = tar.extractfile(f"{name.replace('-', '_')}-{version}/release-schemas/{file}")
            (schemas / file).write_bytes(member.read())
    mark.write_text(wanted)


def members(value):
    """Every name and value of every object in a document."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def strings(document, *names):
    return [value for name, value in members(document) if name in names and isinstance(value, str)]


def repeated(values):
    seen = set()
    return sorted({value for value in values if value in seen or seen.add(value)})


def inner_faults(document):
    """What a schema cannot see."""
    uuids = strings(document, "uuid")
    yield from (f"UUID {uuid} stands for two things" for uuid in repeated(uuids))
    yield from (f"id {id} stands for two things" for id in repeated(strings(document, "id")))
    known = set(uuids)
    pointed = [href[1:] for href in strings(document, "href") if href.startswith("#")]
    pointed += strings(document, "observation-uuid", "subject-uuid", "actor-uuid", "component-uuid", "risk-uuid")
    pointed += strings(document, "finding-uuid")
    pointed += [uuid for name, value in members(document) if name == "party-uuids" for uuid in value]
    yield from (f"{target} is pointed to and is not there" for target in sorted(set(pointed) - known))


def named_catalog(document):
    """Id and version of the catalogue a document speaks of, from its back matter."""
    for name, value in members(document):
        if name == "resources":
            for resource in value:
                props = {prop["name"]: prop["value"] for prop in resource.get("props", [])}
                if "catalog" in props and "version" in props:
                    return props["catalog"], props["version"]
    return None


def outer_faults(document, catalogs):
    ids = catalogs.get(named_catalog(document))
    if ids is not None:
        names = strings(document, "control-id", "param-id", "target-id")
        names += [id for name, value in members(document) if name == "with-ids" for id in value]
        yield from (f"the catalogue has no '{name}'" for name in sorted(set(names) - ids))


def catalog_ids(documents):
    """The ids of each catalogue among the files."""
    found = {}
    for document in documents:
        metadata = document.get("catalog", {}).get("metadata", {})
        props = [prop["value"] for prop in metadata.get("props", []) if prop.get("name") == "catalog"]
        for name in props:
            found[(name, metadata.get("version"))] = set(strings(document, "id"))
    return found


def schema_faults(model, document):
    import jsonschema_rs

    schema = json.loads((HOME / "schemas" / MODELS[model]).read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    faults = []
    for error in validator.iter_errors(document):
        place = "/".join(str(step) for step in error.instance_path)
        faults.append(f"{place}: {' '.join(error.message.split())[:300]}")
    if not faults and document[model]["metadata"]["oscal-version"] != OSCAL_VERSION:
        faults.append(f"oscal-version is not {OSCAL_VERSION}, which the schema is of")
    return faults


def read(path):
    """The document of a file, and its model."""
    if Path(path).stat().st_size > FILE_MAX_BYTES:
        raise ValueError("larger than this check reads")
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    models = [name for name in document if name in MODELS] if isinstance(document, dict) else []
    if len(models) != 1:
        raise ValueError(f"not one of {', '.join(MODELS)}")
    return models[0], document


def check(paths):
    faulty = False
    readable = {}
    for path in paths:
        try:
            readable[path] = read(path)
        except (OSError, ValueError) as error:
            faulty = True
            print(f"{path}: not valid: {error}")
    found = {path: schema_faults(model, document) for path, (model, document) in readable.items()}
    catalogs = catalog_ids(document for path, (_, document) in readable.items() if not found[path])
    for path, (model, document) in readable.items():
        faults = found[path]
        if not faults:
            faults = [*inner_faults(document), *outer_faults(document, catalogs)]
        if faults:
            faulty = True
            more = f" (and {len(faults) - ERRORS_SHOWN} more)" if len(faults) > ERRORS_SHOWN else ""
            print(f"{path}: not valid: {' | '.join(faults[:ERRORS_SHOWN])}{more}")
        else:
            print(f"{path}: valid OSCAL {OSCAL_VERSION} {model}")
    return 1 if faulty else 0


def main():
    paths = sys.argv[1:]
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    if Path(sys.prefix).resolve() == HOME.resolve():
        return check(paths)
    try:
        prepare()
    except (OSError, KeyError, subprocess.SubprocessError) as error:
        print(f"oscal.py: the schemas could not be fetched into {HOME}: {error}", file=sys.stderr)
        return 2
    return subprocess.run([python(), __file__, *paths], timeout=2 * STEP_SECONDS).returncode


if __name__ == "__main__":
    sys.exit(main())
