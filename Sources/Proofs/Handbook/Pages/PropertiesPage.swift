import Contracts

/// What `zigttp help properties` prints: what each property of the card means, and what to do where it
/// does not hold.
public enum PropertiesPage {
  /// The page, its lines ended.
  public static var text: String {
    var lines = Wrapped.lines(introduction)
    for property in Property.allCases {
      lines += ["", "  \(property.label)"] + Wrapped.lines(meaning(of: property), indent: "    ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static let introduction = """
    What can be proven of a handler. A property stands on the card where it holds on every path; in \
    doubt it does not. `zigttp check --explain PROPERTY` shows how one is lost, from the source to \
    the place where it goes. A result type `Spec<"read-only">` (`zigttp help types`) claims one: the \
    deploy stops where it does not hold.
    """

  /// What a property means.
  static func meaning(of property: Property) -> String {
    switch property {
    case .retrySafe:
      """
      A request that is sent twice leaves what one would: it writes nothing, or writes the same \
      again.
      """
    case .readOnly: "No call that can be reached writes anything."
    case .deterministic:
      """
      Answers and writes depend on the request, the environment and what is stored: not on clock, \
      chance or other services.
      """
    case .injectionSafe:
      """
      Data from outside enters HTML only through JSX or `escapeHtml`, a URL only through \
      `encodeURIComponent` behind a literal start, SQL only as a parameter.
      """
    case .idempotent: "retry-safe and deterministic: twice is once, and the answer is the same."
    case .stateIsolated: "Nothing that was made at module level is changed by a request."
    case .noSecretLeakage:
      """
      No value made of a secret of the environment reaches an answer, a log, a store or another \
      service, but as a header to a literal https host. A deploy stops where it is lost.
      """
    case .noCredentialLeakage:
      """
      The same for what a client signs in with: `authorization`, `cookie`, `x-api-key`. A deploy stops \
      where it is lost.
      """
    case .inputValidated:
      """
      Request data that is written or sent on was checked first: by a validator, `Number`, or by \
      comparison with a literal.
      """
    case .piiContained: "Request data reaches neither other services nor the log."
    case .resultsSafe: "Of every Result `ok` is looked at before `value`."
    case .faultCovered: "Where a critical call fails, the answer is not a 2xx."
    }
  }
}
