"""Access to the harness's tree of parameters."""


class Weights:
    """A subtree of the parameters, which the harness names by path."""

    def __init__(self, tree, prefix=""):
        self.tree, self.prefix = tree, prefix

    def sub(self, ending):
        """The subtree whose first name ends in `-ending`, or is `ending`."""
        depth = len(self.prefix)
        names = {path[depth:].split("/")[0] for path in self.tree if path.startswith(self.prefix)}
        (name,) = [n for n in names if n == ending or n.split("-", 1)[-1] == ending]
        return Weights(self.tree, f"{self.prefix}{name}/")

    def at(self, name):
        return Weights(self.tree, f"{self.prefix}{name}/")

    def __getitem__(self, name):
        return self.tree[self.prefix + name]

    def has(self, name):
        return any(path.startswith(f"{self.prefix}{name}") for path in self.tree)


def below(tree, name):
    """The part of a tree below a name."""
    return {path[len(name) + 1 :]: value for path, value in tree.items() if path.startswith(f"{name}/")}
