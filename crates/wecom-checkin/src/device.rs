//! Raw punches of attendance machines.

use crate::{UserId, units::UnixTime, wire::wire};

wire! {
    /// One punch of a machine (`hardware/get_hardware_checkin_data`, documents 94126, 95176, 96504),
    /// also where the rules threw it away. Exact repetitions occur.
    DeviceRecord {
        /// Whose punch.
        userid: UserId,
        /// When.
        checkin_time: UnixTime,
        /// The machine's serial number.
        device_sn: String,
        /// The machine's name; may be empty.
        device_name: String,
    }
}
