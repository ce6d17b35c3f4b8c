import Contracts
import HandlerLanguage

/// What is said of a declared property that does not hold.
public enum SpecWording {
  /// A sentence without its end: that the property does not hold, or that there is none of the name,
  /// with the name that was probably meant.
  public static func problem(of name: String) -> String {
    if Property(label: name) != nil { return "\(name) is declared and does not hold" }
    let labels = Property.allCases.map(\.label)
    let meant =
      Closest.match(name, among: labels).map { "did you mean \($0)?" }
      ?? "there are \(labels.joined(separator: ", "))"
    return "\(name) is declared, and no property is called that; \(meant)"
  }
}
