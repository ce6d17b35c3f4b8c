extension Prover {
  /// Of the prover's judgement: it goes up whenever the same source may be judged differently.
  public static let version = "5"
}
