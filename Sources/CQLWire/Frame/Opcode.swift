/// What a frame's body holds (native protocol v4, section 2.4).
package enum Opcode {
    /// Messages that a client sends.
    package enum Request: UInt8, CaseIterable, Sendable {
        case startup = 0x01
        case options = 0x05
        case query = 0x07
        case prepare = 0x09
        case execute = 0x0A
        case register = 0x0B
        case batch = 0x0D
        case authResponse = 0x0F
    }

    /// Messages that a server sends.
    package enum Response: UInt8, CaseIterable, Sendable {
        case error = 0x00
        case ready = 0x02
        case authenticate = 0x03
        case supported = 0x06
        case result = 0x08
        case event = 0x0C
        case authChallenge = 0x0E
        case authSuccess = 0x10
    }
}
