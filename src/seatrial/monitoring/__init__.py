"""Takes samples of a target, and judges what they say against what was usual before the deployment."""
