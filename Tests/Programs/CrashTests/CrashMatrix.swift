import Foundation

/// Every case of every scenario, or a spread of them, and what came of it.
struct CrashMatrix: Sendable {
  /// How many cases are run of each call and fault, over all scenarios; nil for all there are.
  let limit: Int?
  let program: String

  /// What `make crash-test` runs, and what every test run has time for.
  static func chosen() -> CrashMatrix {
    guard ProcessInfo.processInfo.environment["ZIGTTP_CRASH"] == "whole" else {
      return CrashMatrix(limit: 3, program: Programs.zigttp)
    }
    return CrashMatrix(
      limit: nil, program: Programs.release.map { $0 + "/zigttp" } ?? Programs.zigttp)
  }

  /// The cases of all scenarios. A bounded run has every call with every fault, each in other
  /// scenarios and at other places, so that together they are spread over all of them; the choice is
  /// the same in every run.
  func cases(_ scenarios: [Scenario]) -> [CrashCase] {
    let all = scenarios.flatMap { scenario in
      scenario.calls.flatMap { call in
        call.places.map { (scenario: scenario, call: call.name, place: $0) }
      }
    }
    let calls = Dictionary(grouping: all, by: \.call).sorted { $0.key < $1.key }
    return calls.enumerated().flatMap { index, call in
      Fault.allCases.enumerated().flatMap { order, fault in
        spread(call.value.count, salt: index * Fault.allCases.count + order).map {
          let each = call.value[$0]
          return CrashCase(
            scenario: each.scenario, call: each.call, place: each.place, fault: fault)
        }
      }
    }
  }

  /// So many places of a list, at equal distances; a step of the golden ratio from one salt to the
  /// next leaves no part of it out.
  private func spread(_ count: Int, salt: Int) -> [Int] {
    guard let limit, count > limit else { return Array(0..<count) }
    let start = (Double(salt) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
    return (0..<limit).map {
      Int((Double($0) + start) / Double(limit) * Double(count)) % count
    }
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
