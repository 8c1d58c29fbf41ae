/// The number that pairs a response with its request (native protocol v4, section 2.3).
package struct StreamID: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int16

    package init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// The stream of events that the server pushes.
    package static let event = StreamID(rawValue: -1)
}

extension StreamID: CustomStringConvertible {
    package var description: String { String(rawValue) }
}
