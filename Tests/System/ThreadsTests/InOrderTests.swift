import Testing

@testable import Threads

@Suite struct InOrderTests {
  private struct Failure: Error, Equatable { var number: Int }

  @Test(arguments: [1, 2, 3, 8])
  func everyThingComesOnceAndInOrder(threads: Int) throws {
    for count in [0, 1, 2, 7, 1000] {
      var taken: [Int] = []
      try InOrder<Int, any Error>(count: count, threads: threads) { { $0 * 3 } }
        .run { taken.append($0) }
      #expect(taken == (0..<count).map { $0 * 3 })
    }
  }

  @Test(arguments: [1, 2, 8])
  func theFirstThatCannotBeMadeEndsIt(threads: Int) {
    var taken: [Int] = []
    #expect(throws: Failure(number: 40)) {
      try InOrder<Int, Failure>(count: 1000, threads: threads) {
        { number throws(Failure) in
          if number >= 40 { throw Failure(number: number) }
          return number
        }
      }.run { taken.append($0) }
    }
    #expect(taken == Array(0..<40))
  }

  @Test(arguments: [1, 2, 8])
  func whoeverTakesMayEndIt(threads: Int) {
    var taken = 0
    #expect(throws: Failure(number: 5)) {
      try InOrder<Int, Failure>(count: 1000, threads: threads) { { $0 } }
        .run { number throws(Failure) in
          taken += 1
          if number == 5 { throw Failure(number: number) }
        }
    }
    #expect(taken == 6)
  }

  /// What waits to be taken is bounded, however slow the one who takes is.
  @Test func fewThingsWaitAtATime() throws {
    let made = Monitor(0)
    var ahead = 0
    var taken = 0
    try InOrder<Int, any Error>(count: 500, threads: 4) {
      { number in
        made.withLock { $0 += 1 }
        return number
      }
    }.run { _ in
      taken += 1
      ahead = max(ahead, made.withLock { $0 } - taken)
    }
    #expect(ahead <= 6)
  }

  @Test func eachThreadHasAMakerOfItsOwn() throws {
    let makers = Monitor(0)
    try InOrder<Int, any Error>(count: 200, threads: 3) {
      makers.withLock { $0 += 1 }
      var calls = 0
      return { number in
        calls += 1
        return number
      }
    }.run { _ in }
    #expect((1...3).contains(makers.withLock { $0 }))
  }
}
