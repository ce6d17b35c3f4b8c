import Contracts

/// What `zigttp help properties` prints: what each property of the card means, and what to do where it
/// does not hold.
public enum PropertiesPage {
  /// The page, its lines ended.
  public static var text: String {
    var lines = Wrapped.lines(introduction)
    for property in Property.allCases {
      let wording = PropertyWording(of: property)
      lines += ["", "  \(property.label)"] + Wrapped.lines(wording.meaning, indent: "    ")
      lines += Wrapped.lines("To mend it: \(wording.advice)", indent: "    ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static let introduction = """
    What can be proven of a handler. A property stands on the card where it holds on every path; in \
    doubt it does not. `zigttp check --explain PROPERTY` shows how one is lost, from the source to \
    the place where it goes. A result type `Spec<"read-only">` (`zigttp help types`) claims one: the \
    deploy stops where it does not hold.
    """
}
