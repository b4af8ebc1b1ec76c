"""The reader of generated TypeScript, on a small source with one of everything."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from provider_typescript import GeneratedSource

SOURCE = """
export function thingDiskToHclTerraform(struct?: ThingDisk): any {
  const attrs = {
    size_gb: {
      value: cdktn.numberToHclTerraform(struct!.sizeGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };
}
export class ThingDiskOutputReference extends cdktn.ComplexObject {
  // size_gb - computed: false, optional: false, required: true
  private _sizeGb?: number;
  public get sizeGb() {
}
export class ThingStatusOutputReference extends cdktn.ComplexObject {
  // code - computed: true, optional: false, required: false
  public get code() {
    return this.getNumberAttribute('code');
}
export class Thing extends cdktn.TerraformResource {
  public static readonly tfResourceType = "acme_thing";
      providerVersion: '1.2.3',
  // name - computed: false, optional: false, required: true
  private _name?: string;
  public get name() {
  // tags - computed: true, optional: true, required: false
  private _tags?: { [key: string]: string };
  public get tags() {
  // status - computed: true, optional: false, required: false
  private _status = new ThingStatusList(this, "status", false);
  public get status() {
  // arn - computed: true, optional: false, required: false
  public get arn() {
    return this.getStringAttribute('arn');
  // disk - computed: false, optional: true, required: false
  private _disk = new ThingDiskOutputReference(this, "disk");
  public get disk() {
  // extra - computed: false, optional: true, required: true
  private _extra = new ThingDiskList(this, "extra", true);
  public get extra() {
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      name: {
        value: cdktn.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      tags: {
        value: cdktn.hashMapperHcl(cdktn.stringToHclTerraform)(this._tags),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      disk: {
        value: thingDiskToHclTerraform(this._disk.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "ThingDiskList",
      },
      extra: {
        value: cdktn.listMapperHcl(thingDiskToHclTerraform, true)(this._extra.internalValue),
        isBlock: true,
        type: "set",
        storageClassType: "ThingDiskList",
      },
    };
  }
}
"""


def test_every_kind_of_attribute_and_block_is_read() -> None:
    (found,) = GeneratedSource(SOURCE).schemas()
    disk = {"attributes": {"size_gb": {"type": "number", "required": True}}}
    assert (found.kind, found.name, found.version) == ("resources", "acme_thing", "1.2.3")
    assert found.block == {
        "attributes": {
            "name": {"type": "string", "required": True},
            "tags": {"type": ["map", "string"], "computed": True, "optional": True},
            "status": {"type": ["list", ["object", {"code": "number"}]], "computed": True},
            "arn": {"type": "string", "computed": True},
        },
        "block_types": {
            "disk": {"nesting_mode": "list", "max_items": 1, "block": disk},
            "extra": {"nesting_mode": "set", "min_items": 1, "block": disk},
        },
    }


def test_a_source_without_resources_gives_nothing() -> None:
    assert list(GeneratedSource("export class Helper extends cdktn.ComplexObject {\n}\n").schemas()) == []
