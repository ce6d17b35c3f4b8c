import ControlPlane

/// Boxes by which rights are chosen.
enum RightsForm {
  /// A box for each right that somebody has.
  ///
  /// - Parameter ticked: those that are ticked beforehand.
  static func boxes(of rights: Set<TokenRight>, ticked: Set<TokenRight>) -> PageValue {
    .list(
      offered(to: rights).map { right in
        [
          "word": .text(right.rawValue), "meaning": .text(meaning(right)),
          "isTicked": .flag(ticked.contains(right)),
        ]
      })
  }

  // Who may admin may everything.
  private static func offered(to rights: Set<TokenRight>) -> [TokenRight] {
    TokenRight.allCases.filter { rights.contains(.admin) || rights.contains($0) }
  }

  private static func meaning(_ right: TokenRight) -> String {
    switch right {
    case .deploy: "open sessions, push images, change services"
    case .review: "decide on plans, revoke grants"
    case .admin: "everything, in every project, other people's tokens too"
    }
  }

  /// What was ticked.
  static func chosen(_ form: FormFields) -> Set<TokenRight> {
    Set(form.all("rights").compactMap { TokenRight(rawValue: $0) })
  }
}
