import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Core: limits")
struct CoreLimitTests {
  private func kind(_ body: String, _ limits: Limits = Limits()) throws -> Fault.Kind? {
    try CoreProgram(
      "export function handler(req) {\n\(body)\n}", limits: limits
    ).fault()?.kind
  }

  @Test func stepsInLoops() throws {
    let limits = Limits(steps: 10_000)
    #expect(try kind("for (const i of range(9000)) {} return 1", limits) == nil)
    #expect(try kind("for (const i of range(1e9)) {}", limits) == .steps)
    #expect(try kind("for (const i of range(Infinity)) { continue }", limits) == .steps)
    #expect(try kind("const a = [1]; for (const v of a) a.push(v)", limits) == .steps)
    #expect(
      try kind("const f = (n) => n; [1].map(() => { for (const i of range(1e6)) f(i) })", limits)
        == .steps)
  }

  @Test func stepsInCalls() throws {
    let source = """
      function tree(n) { return n === 0 ? 1 : tree(n - 1) + tree(n - 1) }
      export const handler = (n) => tree(n)
      """
    let program = try CoreProgram(source, limits: Limits(steps: 10_000))
    #expect(try program.run(8) == "256")
    #expect(try program.fault(30)?.kind == .steps)
    #expect(try program.run(8) == "256")
  }

  @Test func memory() throws {
    let limits = Limits(requestBytes: 2 << 20)
    #expect(try kind("const a = []; for (const i of range(1e6)) a.push({ i })", limits) == .memory)
    #expect(try kind("const s = 'x'.repeat(1e8); return s.length", limits) == .memory)
    #expect(
      try kind("let s = 'x'; for (const i of range(1e6)) s = s + i + s.length", limits) == .memory)
    #expect(try kind("const a = []; a[1e7] = 1", limits) == .memory)
    #expect(
      try kind("let s = 'ab'; for (const i of range(24)) s += s; return s + 'end' === s", limits)
        == nil)
    #expect(
      try kind("let s = 'ab'; for (const i of range(24)) s += s; return s[5]", limits) == .memory)
    #expect(try kind("return [...'x'.repeat(100000)].length", limits) == .memory)
    #expect(try kind("const o = {}; for (const i of range(1e6)) o['k' + i] = i", limits) == .memory)
  }

  @Test func memoryIsGivenBack() throws {
    let program = try CoreProgram(
      "export const handler = (n) => { const a = []; for (const i of range(n)) a.push(i); return a.length }",
      limits: Limits(requestBytes: 4 << 20))
    for _ in 0..<50 {
      #expect(try program.run(100_000) == "100000")
      #expect(program.isolate.heap.requestBytes == 0)
    }
    #expect(try program.fault(1_000_000)?.kind == .memory)
    #expect(try program.run(100_000) == "100000")
  }

  @Test(arguments: [
    "const f = (n) => f(n + 1)\nreturn f(0)",
    "const f = (n) => 1 + (n + f(n + 1))\nreturn f(0)",
    "const f = (n) => [n].map(f)\nreturn f(0)",
    "const f = (n) => match (f(n)) { when 1: 2 }\nreturn f(0)",
    "const f = (n) => { for (const i of [1]) { return f(n) } }\nreturn f(0)",
    "const f = (n) => { switch (f(n)) { case 1: return 1 } }\nreturn f(0)",
    "const f = (a) => `${f([a])}`\nreturn f(0)",
    "const f = (...a) => f(...a.slice(0, 3), 1)\nreturn f(0)",
    "const f = (a) => ({ x: f(a) })\nreturn f(0)",
    "const f = (a) => a |> f |> f\nreturn f(0)",
    "const f = (a = f()) => a\nreturn f()",
    "const f = ({ a = f({}) }) => a\nreturn f({})",
    "let a = []\nfor (const i of range(200000)) a = [a]\nreturn `${a}`",
    "let a = []\nfor (const i of range(200000)) a = [a]\nreturn a + 1",
    "let a = []\nfor (const i of range(200000)) a = [a]\nreturn a < 1",
    "let a = []\nfor (const i of range(200000)) a = { a }\nreturn JSON.stringify(a)",
  ])
  func recursion(_ body: String) throws {
    let kind = try kind(body)
    #expect(kind == .stack || kind == .error)
  }

  @Test func recursionOnASmallStack() throws {
    let source = """
      function down(n) { return n === 0 ? 0 : 1 + down(n - 1) }
      export const handler = (n) => down(n)
      """
    let program = try CoreProgram(source)
    let outcome = onThread(stack: 1 << 20) {
      [try? program.fault(1_000_000)?.kind == .stack, try? program.run(100) == "100"]
    }
    #expect(outcome == [true, true])
  }

  /// A new thread may have the number of one that ended, and far less stack.
  @Test func threadsOneAfterAnother() throws {
    let source = """
      function down(n) { return n === 0 ? 0 : 1 + down(n - 1) }
      export const handler = (n) => down(n)
      """
    let program = try CoreProgram(source)
    for size in [64 << 20, 1 << 20, 48 << 20, 1 << 20] {
      let outcome = onThread(stack: size) {
        [
          try? program.run(100) == "100", try? program.fault(1e9)?.kind == .stack,
          try? program.run(50) == "50",
        ]
      }
      #expect(outcome == [true, true, true])
    }
  }

  @Test func theBoundBelongsToTheThread() {
    let bounds = [1 << 20, 8 << 20].map { size in
      onThread(stack: size) {
        let here = Stack.pointer
        let bound = Stack.limitOfThisThread()
        // The system may hand out a larger stack that another thread has left behind.
        return bound < here && here - bound < 128 << 20 && bound == Stack.limitOfThisThread()
      }
    }
    #expect(bounds == [true, true])
  }

  @Test func ropesFlattenWithoutRecursion() throws {
    let left =
      "let s = ''; for (const i of range(300000)) s = s + 'ab'; return s[599999] + s.length"
    let right =
      "let s = ''; for (const i of range(300000)) s = 'ab' + s; return s[599999] + s.length"
    let both = "let s = 'x'; for (const i of range(20)) s = s + s; return s[1048575] + s.length"
    #expect(try run(left) == "b600000")
    #expect(try run(right) == "b600000")
    #expect(try run(both) == "x1048576")
  }

  @Test func moduleBodiesHaveLimitsToo() throws {
    #expect(throws: Fault.self) {
      _ = try CoreProgram(
        "const n = [1].map(() => { for (const i of range(1e9)) {} })\nexport const handler = () => 1",
        limits: Limits(steps: 1000))
    }
  }

  @Test func deeplyNestedCodeIsRefused() throws {
    let sum = Array(repeating: "n", count: 20_000).joined(separator: " + ")
    do {
      let program = try CoreProgram("export const handler = (n) => \(sum)")
      Issue.record("compiled, and gave \(try program.run(1))")
    } catch let fault as Fault {
      #expect(fault.kind == .stack)
    } catch is CoreProgram.Invalid {
      // The parser may refuse it first.
    }
  }

  @Test func twoIsolatesOnTwoThreads() throws {
    let source = """
      const base = { n: 1 }
      function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
      export const handler = (n) => JSON.stringify([fib(n), { ...base, [`k${n}`]: n }])
      """
    let box = Answers()
    let threads = (0..<4).map { index in
      startThread(stack: 4 << 20) {
        guard let program = try? CoreProgram(source) else { return }
        for n in 0..<18 {
          if let answer = try? program.run(Double(n)) { box.add(index, answer) }
        }
      }
    }
    for thread in threads { pthread_join(thread, nil) }
    let expected = try (0..<18).map { try CoreProgram(source).run(Double($0)) }
    for index in 0..<4 { #expect(box.answers(index) == expected) }
  }

  /// Answers of several threads; every access holds the mutex.
  private final class Answers: @unchecked Sendable {
    private var mutex = pthread_mutex_t()
    private var byThread: [Int: [String]] = [:]
    init() { pthread_mutex_init(&mutex, nil) }
    func add(_ thread: Int, _ answer: String) {
      pthread_mutex_lock(&mutex)
      byThread[thread, default: []].append(answer)
      pthread_mutex_unlock(&mutex)
    }
    func answers(_ thread: Int) -> [String] { byThread[thread] ?? [] }
  }
}

/// Carries a closure to a thread.
private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

private func startThread(stack: Int, _ body: @escaping () -> Void) -> pthread_t {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, stack)
  var thread = pthread_t()
  let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  pthread_create(
    &thread, &attributes,
    { context in
      Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }, context)
  pthread_attr_destroy(&attributes)
  return thread
}

/// Runs something on a thread with a stack of its own and waits for it.
private func onThread<Result>(stack: Int, _ body: @escaping () -> Result) -> Result? {
  var result: Result?
  let thread = startThread(stack: stack) { result = body() }
  pthread_join(thread, nil)
  return result
}
