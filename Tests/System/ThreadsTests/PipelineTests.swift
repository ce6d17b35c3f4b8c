import Testing

@testable import Threads

@Suite struct PipelineTests {
  private struct Failure: Error, Equatable { var number: Int }

  @Test(arguments: [1, 2]) func everyThingIsWorkedOnOnceAndInOrder(threads: Int) {
    for count in [0, 1, 2, 5, 1000] {
      let done = Monitor<[Int]>([])
      let brought = Pipeline<Int>.run(ahead: 3, threads: threads) { number in
        done.withLock { $0.append(number) }
      } bring: { line in
        for number in 0..<count { line.hand(number) }
        return count
      }
      #expect(brought == count)
      #expect(done.withLock { $0 } == Array(0..<count))
    }
  }

  /// Whoever brings them may use the room of an earlier one again.
  @Test(arguments: [1, 2], [0, 1, 3]) func fewAreNotDoneAfterAnother(threads: Int, ahead: Int) {
    let done = Monitor(0)
    Pipeline<Int>.run(ahead: ahead, threads: threads) { _ in
      done.withLock { $0 += 1 }
    } bring: { line in
      for number in 1...500 {
        line.hand(number)
        #expect(number - done.withLock { $0 } <= ahead)
      }
    }
  }

  @Test(arguments: [1, 2]) func whoeverBringsThemMayEndIt(threads: Int) {
    let done = Monitor<[Int]>([])
    #expect(throws: Failure(number: 7)) {
      try Pipeline<Int>.run(ahead: 2, threads: threads) { number in
        done.withLock { $0.append(number) }
      } bring: { line throws(Failure) in
        for number in 0..<7 { line.hand(number) }
        throw Failure(number: 7)
      }
    }
    let worked = done.withLock { $0 }
    #expect(worked.count >= 5 && worked == Array(0..<worked.count))
  }
}
