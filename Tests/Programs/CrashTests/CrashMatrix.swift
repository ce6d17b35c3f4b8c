import Foundation

/// Every case of every scenario, or a spread of them, and what came of it.
struct CrashMatrix: Sendable {
  /// How many cases are run of each call and fault of a scenario; nil for all.
  let limit: Int?
  let program: String

  /// What `make crash-test` runs, and what every test run has time for.
  static func chosen() -> CrashMatrix {
    guard ProcessInfo.processInfo.environment["ZIGTTP_CRASH"] == "whole" else {
      return CrashMatrix(limit: 2, program: Programs.zigttp)
    }
    return CrashMatrix(
      limit: nil, program: Programs.release.map { $0 + "/zigttp" } ?? Programs.zigttp)
  }

  /// The cases of a scenario. Of a bounded run the places differ from fault to fault and from
  /// scenario to scenario, so that together they are spread over the whole command; the choice is
  /// the same in every run.
  func cases(_ scenario: Scenario, number: Int) -> [CrashCase] {
    scenario.calls.enumerated().flatMap { index, call in
      Fault.allCases.enumerated().flatMap { order, fault in
        chosen(call.places, salt: number * 5 + index * 3 + order).map {
          CrashCase(scenario: scenario, call: call.name, place: $0, fault: fault)
        }
      }
    }
  }

  private func chosen(_ places: [Int], salt: Int) -> [Int] {
    guard let limit, places.count > limit else { return places }
    return (0..<limit).map { places[(salt * 7 + $0 * places.count / limit) % places.count] }
  }

  /// Runs cases, two at a time.
  func run(_ cases: [CrashCase]) -> CrashReport {
    let report = Shared(CrashReport())
    let next = Shared(0)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      while true {
        let index = next.change { value in
          defer { value += 1 }
          return value
        }
        guard index < cases.count else { return }
        let each = cases[index]
        do {
          let outcome = try each.run(program: program)
          report.change { $0.add(each, outcome) }
        } catch {
          report.change {
            $0.add(each, .init(wasInjected: false, problems: ["\(each): \(error)"]))
          }
        }
      }
    }
    return report.change { $0 }
  }
}

/// A value that several threads change.
final class Shared<Value>: @unchecked Sendable {
  // Every access is between lock and unlock.
  private var value: Value
  private let lock = NSLock()

  init(_ value: Value) { self.value = value }

  func change<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&value)
  }
}
