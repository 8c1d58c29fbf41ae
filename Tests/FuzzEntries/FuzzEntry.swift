/// A decoder under attack: it must neither trap, nor hang, nor allocate for what was only announced, whatever it is
/// fed, and what it accepts must keep its law.
package struct FuzzEntry: Sendable, CustomStringConvertible {
    /// The folder below `Fixtures/fuzz` that holds its corpus.
    package let name: String
    private let attack: @Sendable (ArraySlice<UInt8>) throws -> Void

    init(_ name: String, _ attack: @escaping @Sendable (ArraySlice<UInt8>) throws -> Void) {
        self.name = name
        self.attack = attack
    }

    package var description: String { name }

    /// Feeds it.
    ///
    /// - Throws: `BrokenLaw`; that the input is malformed is no error here.
    package func run(_ input: [UInt8]) throws { try attack(input[...]) }

    package static let all = postgres + postgresValues + cql + language + docker

    /// The entry of that name.
    package static func named(_ name: String) -> FuzzEntry? { all.first { $0.name == name } }
}

/// An input was accepted and did not keep the decoder's law.
package struct BrokenLaw: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Checks a law.
    ///
    /// - Throws: `BrokenLaw` unless `condition` holds.
    static func unless(_ condition: Bool, _ law: @autoclosure () -> String) throws {
        if !condition { throw BrokenLaw(law()) }
    }
}
