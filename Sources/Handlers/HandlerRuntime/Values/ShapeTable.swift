/// The number of a shape; ``Shape/dictionary`` stands for none.
typealias ShapeID = UInt32

/// The keys that objects made alike have, in order of insertion: key `i` is in slot `i`.
struct Shape {
  /// Objects with this "shape" keep their keys in a hash table of their own.
  static let dictionary: ShapeID = .max
  /// The shape of `{}`.
  static let empty: ShapeID = 0
  /// Properties beyond which an object gets a hash table.
  static let maximumProperties = 64

  /// Atom indices of the keys.
  let keys: UnsafePointer<UInt32>
  let count: Int
  /// Whether some key looks like an array index, which enumeration puts first.
  let hasIndexKeys: Bool
  /// The key that was added last, an atom's index, and the shape that gave: most objects of a shape
  /// go on alike, and so need no look into the table of transitions.
  fileprivate(set) var nextKey: UInt32 = 0
  fileprivate(set) var nextShape: ShapeID = empty

  fileprivate init(keys: UnsafePointer<UInt32>, count: Int, hasIndexKeys: Bool) {
    self.keys = keys
    self.count = count
    self.hasIndexKeys = hasIndexKeys
  }

  /// The slot of a key, or -1.
  @inline(__always) func slot(of atom: Atom) -> Int {
    var slot = 0
    while slot < count {
      if keys[slot] == atom.index { return slot }
      slot &+= 1
    }
    return -1
  }
}

/// Every shape of an isolate. They are permanent, which is what lets inline caches name them, and
/// so their number is bounded.
///
/// Invariant: `shapes[child]` has the keys of its parent and one more, and
/// `transitions[parent, key] == child`.
final class ShapeTable {
  /// Shapes that any code may cause to be made.
  static let limit = 4096
  /// Shapes beyond which keys that come from data (parsed JSON, computed names) make no new ones,
  /// so that requests cannot crowd out what the program's own text needs.
  static let dataLimit = 2048

  /// The shapes by number; the address stays.
  let shapes: UnsafeMutablePointer<Shape>
  private(set) var count = 1
  private var transitions: [UInt64: ShapeID] = [:]

  init() {
    shapes = .allocate(capacity: Self.limit)
    shapes.initialize(
      to: Shape(
        keys: UnsafePointer(UnsafeMutablePointer<UInt32>.allocate(capacity: 1)), count: 0,
        hasIndexKeys: false))
  }

  deinit {
    for index in 0..<count { shapes[index].keys.deallocate() }
    shapes.deallocate()
  }

  @inline(__always) subscript(id: ShapeID) -> Shape { shapes[Int(id)] }

  /// The slot of a key in a shape, or -1.
  @inline(__always) func slot(of atom: Atom, in id: ShapeID) -> Int {
    shapes[Int(id)].slot(of: atom)
  }

  /// The shape with one key more.
  /// - Parameter fromData: the key comes from data, not from the program's text.
  /// - Returns: nil when there may be no such shape: the object needs a hash table.
  func adding(_ atom: Atom, isIndex: Bool, to id: ShapeID, fromData: Bool) -> ShapeID? {
    let key = UInt64(id) << 32 | UInt64(atom.index)
    if let known = transitions[key] {
      remember(known, after: atom, in: id)
      return known
    }
    let parent = shapes[Int(id)]
    let bound = fromData ? Self.dataLimit : Self.limit
    guard count < bound, parent.count < Shape.maximumProperties else { return nil }
    let keys = UnsafeMutablePointer<UInt32>.allocate(capacity: parent.count + 1)
    keys.update(from: parent.keys, count: parent.count)
    keys[parent.count] = atom.index
    (shapes + count).initialize(
      to: Shape(
        keys: UnsafePointer(keys), count: parent.count + 1,
        hasIndexKeys: parent.hasIndexKeys || isIndex))
    let child = ShapeID(count)
    count += 1
    transitions[key] = child
    remember(child, after: atom, in: id)
    return child
  }

  private func remember(_ child: ShapeID, after atom: Atom, in id: ShapeID) {
    shapes[Int(id)].nextKey = atom.index
    shapes[Int(id)].nextShape = child
  }
}
