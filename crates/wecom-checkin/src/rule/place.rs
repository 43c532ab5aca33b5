//! Where a rule lets people punch.

use crate::{
    units::{Metres, Microdegrees},
    wire::wire,
};

wire! {
    /// A permitted Wi-Fi network.
    Wifi {
        /// Its name.
        wifiname: String,
        /// Its BSSID.
        wifimac: String,
    }
}

wire! {
    /// A permitted place: a circle.
    Location {
        /// Latitude, GCJ-02.
        lat: Microdegrees,
        /// Longitude, GCJ-02.
        lng: Microdegrees,
        /// Its name.
        loc_title: String,
        /// Its address.
        loc_detail: String,
        /// Radius, metres.
        distance: Metres,
    }
}
