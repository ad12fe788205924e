
mod architecture;
mod docs;
mod imbalance;
mod registry;
