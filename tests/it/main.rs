
mod architecture;
mod docs;
mod imbalance;
