/// Where in the value the validator is: a chain from the inside out, written down where something is
/// wrong and not before.
indirect enum InstancePath {
  case root
  case member(String, of: InstancePath)
  case element(Int, of: InstancePath)

  /// As a JSON Pointer.
  var pointer: String {
    var parts: [String] = []
    var rest = self
    while true {
      switch rest {
      case .root: return parts.reversed().map { "/" + $0 }.joined()
      case .member(let name, let outer):
        parts.append(JSONPointer.escaped(name))
        rest = outer
      case .element(let index, let outer):
        parts.append(String(index))
        rest = outer
      }
    }
  }
}
