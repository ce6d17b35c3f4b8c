import Contracts
import Encodings

/// How a property is lost, for `check --explain`.
enum WitnessText {
  /// A block a witness: the property, then its steps from source to sink.
  static func render(_ witnesses: [Witness]) -> SafeText {
    if witnesses.isEmpty { return "\nNothing is lost that can be pointed at.\n" }
    return witnesses.map { witness -> SafeText in
      let steps = witness.steps.map { step -> SafeText in
        "  \(step.path):\(step.line):\(step.column): \(step.what)\n"
      }
      return "\n\(witness.property.label) is lost:\n\(steps.joined())"
    }.joined()
  }
}
