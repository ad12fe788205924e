
mod architecture;
mod docs;
