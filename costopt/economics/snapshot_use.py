"""Which block snapshots are in use."""

from collections import Counter
from collections.abc import Iterable, Mapping

from costopt.model.specs.ec2 import Ami

COPIED_VOLUME = "vol-ffffffff"
"""The volume that AWS names for a copied or imported snapshot: none.
Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html."""


def held_by_images(images: Iterable[Ami]) -> Mapping[str, int]:
    """How many machine images stand on each snapshot; such a snapshot cannot be deleted."""
    return Counter(snapshot_id for image in images for snapshot_id in image.snapshot_ids)
