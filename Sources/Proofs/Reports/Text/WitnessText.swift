import Contracts

/// How a property is lost, for `check --explain`.
public enum WitnessText {
  /// A block a witness: the property, then its steps from source to sink.
  public static func render(_ witnesses: [Witness]) -> String {
    if witnesses.isEmpty { return "\nNothing is lost that can be pointed at.\n" }
    return witnesses.map { witness in
      let steps = witness.steps.map {
        "  " + SafeText.line("\($0.path):\($0.line):\($0.column): \($0.what)")
      }
      return "\n\(witness.property.label) is lost:\n" + steps.joined(separator: "\n") + "\n"
    }.joined()
  }
}
