import Testing

/// Handlers written against the prover: flows that it must see, everyday handlers that keep their
/// properties, facts that must not go missing.
@Suite struct CaseTests {
  /// What is not there yet, each with the reason. One that no longer misses fails, so that the list
  /// only says what is so.
  static let known: Set<String> = [
    // A witness begins at the first use of its source, not at the one that goes to the sink.
    "witness-query-first-use.ts", "witness-random-first-use.ts", "witness-source-is-first-use.ts",
    // The failure of a second call that a helper of a helper makes is taken for unanswered.
    "b8.ts",
  ]

  private func check(_ item: ProverCase) {
    let misses = item.misses()
    if Self.known.contains(item.title) {
      #expect(!misses.isEmpty, "\(item.title) misses nothing, and is known as missing")
    } else {
      #expect(misses == [])
    }
  }

  @Test(arguments: ProverCase.read("unsound")) func whatIsViolatedIsNotClaimed(
    _ item: ProverCase
  ) {
    #expect(item.misses() == [])
  }

  @Test(arguments: ProverCase.read("imprecise")) func whatIsKeptIsClaimed(_ item: ProverCase) {
    #expect(item.misses() == [])
  }

  @Test(arguments: ProverCase.read("facts")) func factsAreCompleteOrDynamic(_ item: ProverCase) {
    #expect(item.misses() == [])
  }

  @Test(arguments: ProverCase.read("witness")) func witnessesPointAtTheRightPlace(
    _ item: ProverCase
  ) {
    check(item)
  }

  @Test(arguments: ProverCase.read("siblings")) func siblings(_ item: ProverCase) { check(item) }

  /// What programs by seed have found, and what notices that a row of a table is gone.
  @Test(arguments: ProverCase.read("rows")) func rows(_ item: ProverCase) {
    #expect(item.misses() == [])
  }

  /// Handlers as people write them, each with the twelve properties that its reader expects.
  @Test(arguments: ProverCase.read("everyday")) func everydayHandlers(_ item: ProverCase) {
    #expect(item.expectations.count == 12)
    #expect(item.misses() == [])
  }

  @Test func allAreRead() {
    #expect(ProverCase.read("everyday").count >= 20)
    #expect(ProverCase.read("unsound").count == 115)
    #expect(ProverCase.read("imprecise").count == 16)
    #expect(ProverCase.read("facts").count == 14)
    #expect(ProverCase.read("witness").count == 4)
    #expect(ProverCase.read("siblings").count >= 50)
    #expect(ProverCase.read("rows").count >= 15)
  }
}
